import { fileName } from "../../render/layout.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { formatYaml } from "../../render/yaml.ts";
import type { CommittedFile } from "../../reports/diff/committed-object.ts";
import type { RiskId } from "../../reports/diff/risk.ts";
import { surroundingPaths } from "../../reports/diff/surroundings.ts";
import { production, render } from "../production.ts";

/** A change that people make to the platform, and everything that a reviewer has to be told about it. */
export interface Sample {
  readonly name: string;
  readonly risks: readonly RiskId[];
  /** Objects that the platform has before, beside its own: kinds that it does not use. */
  readonly given?: readonly PlacedObject[];
  readonly change: (draft: Draft) => void;
  /** What is done to the text of one file and shows in no object. */
  readonly rewrite?: { readonly path: string; readonly text: (object: KubernetesObject) => string };
}

export interface PlacedObject {
  readonly app: string;
  readonly object: KubernetesObject;
}

/** An object of a sample on both sides; undefined where it is not there. */
export interface SampleObject {
  readonly path: string;
  readonly before: KubernetesObject | undefined;
  readonly after: KubernetesObject | undefined;
}

/** The platform's objects, to be changed. Names are those of the kind, unique in production or `namespace/name`. */
export class Draft {
  readonly #objects: Map<string, KubernetesObject>;

  constructor(objects: ReadonlyMap<string, KubernetesObject>) {
    this.#objects = structuredClone(new Map(objects));
  }

  get objects(): ReadonlyMap<string, KubernetesObject> {
    return this.#objects;
  }

  /** Puts a value into a field such as `spec.template.spec.containers.0.image`; undefined takes the field away. */
  set(kind: string, name: string, field: string, value: unknown): void {
    const { holder, key } = this.#place(kind, name, field);
    if (value === undefined) delete holder[key];
    else holder[key] = value;
  }

  /** Turns a list round. */
  reverse(kind: string, name: string, field: string): void {
    const { holder, key } = this.#place(kind, name, field);
    const list = holder[key];
    if (!Array.isArray(list) || list.length < 2) throw new Error(`${kind} ${name} has no two items in ${field}.`);
    holder[key] = list.toReversed();
  }

  remove(kind: string, name: string): void {
    this.#objects.delete(this.#pathOf(kind, name));
  }

  #place(kind: string, name: string, field: string) {
    const keys = field.split(".").map((key) => key.replaceAll("~", "."));
    const key = keys.pop() ?? "";
    let holder: unknown = this.#objects.get(this.#pathOf(kind, name));
    for (const step of keys) holder = (holder as Readonly<Record<string, unknown>>)[step];
    if (typeof holder !== "object" || holder === null) throw new Error(`${kind} ${name} has nothing to hold ${field}.`);
    return { holder: holder as Record<string, unknown>, key };
  }

  #pathOf(kind: string, name: string): string {
    const found = [...this.#objects].filter(([, { kind: one, metadata }]) => {
      return one === kind && (metadata.name === name || `${metadata.namespace}/${metadata.name}` === name);
    });
    const [first, ...others] = found;
    if (!first || others.length > 0) throw new Error(`There are ${found.length} objects ${kind} ${name}.`);
    return first[0];
  }
}

const rendered: ReadonlyMap<string, KubernetesObject> = new Map(
  render().manifests.map(({ path, object }) => [path, object]),
);

/** Every object of the platform before and after a sample. */
export function objectsOf({ given = [], change }: Sample): SampleObject[] {
  const before = new Map(rendered);
  for (const { app, object } of given) before.set(`dist/${production.name}/${app}/${fileName(object)}`, object);
  const draft = new Draft(before);
  change(draft);
  const paths = new Set([...before.keys(), ...draft.objects.keys()]);
  return [...paths].map((path) => ({ path, before: before.get(path), after: draft.objects.get(path) }));
}

/** The files of a sample that `npm run diff` would read: those that differ, and those around them. */
export function filesOf(sample: Sample): CommittedFile[] {
  const { rewrite } = sample;
  const files = objectsOf(sample).map(({ path, before, after }) => ({
    path,
    before: before && formatYaml(before),
    after: after && (path === rewrite?.path ? rewrite.text(after) : formatYaml(after)),
  }));
  const differing = files.filter(({ before, after }) => before !== after).map(({ path }) => path);
  if (differing.length === 0) throw new Error(`The sample "${sample.name}" changes nothing.`);
  const read = new Set([
    ...differing,
    ...surroundingPaths(
      differing,
      files.map(({ path }) => path),
    ),
  ]);
  return files.filter(({ path }) => read.has(path));
}
