import type { KubernetesObject } from "../render/manifest.ts";
import type { RenderedEnvironment } from "../render/rendered.ts";

/** A mistake that a test makes in the real platform, and the rules that must report it: these and no others. */
export interface Breakage {
  readonly what: string;
  /** `Kind namespace/name`, or `Kind name` without namespace. */
  readonly object: string;
  /** Undefined takes the object away. */
  readonly change: ((object: Draft) => void) | undefined;
  readonly reports: readonly string[];
}

/** An object to be changed. */
type Draft = Record<string, unknown>;

/** Puts a value at a field, written as findings write it. */
export function set(what: string, object: string, field: string, value: unknown, ...reports: string[]): Breakage {
  return { what, object, change: (draft) => put(draft, field, value), reports };
}

/** Takes a field away. */
export function drop(what: string, object: string, field: string, ...reports: string[]): Breakage {
  return set(what, object, field, undefined, ...reports);
}

/** Takes an object away. */
export function remove(what: string, object: string, ...reports: string[]): Breakage {
  return { what, object, change: undefined, reports };
}

/** The platform with one object changed or taken away. */
export function broken(platform: RenderedEnvironment, name: string, change: Breakage["change"]): RenderedEnvironment {
  const index = platform.manifests.findIndex(({ object }) => nameOf(object) === name);
  const manifest = platform.manifests[index];
  if (manifest === undefined) throw new Error(`${name} is not rendered: the mistake would be none`);
  const draft = structuredClone(manifest.object) as unknown as Draft;
  change?.(draft);
  const changed = change === undefined ? [] : [{ ...manifest, object: draft as unknown as KubernetesObject }];
  return { ...platform, manifests: platform.manifests.toSpliced(index, 1, ...changed) };
}

function nameOf({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** The rendered object of that name. */
export function objectNamed({ manifests }: RenderedEnvironment, name: string): KubernetesObject | undefined {
  return manifests.find(({ object }) => nameOf(object) === name)?.object;
}

/** Puts a value at a field that findings would write so; undefined takes it away, out of a list too. */
export function put(draft: Draft, field: string, value: unknown): void {
  const keys = [...field.matchAll(/\["([^"]+)"\]|\[(\d+)\]|([^.[]+)/g)].map(
    ([, quoted, index, plain]) => quoted ?? plain ?? Number(index),
  );
  const last = keys.pop() ?? "";
  let parent: unknown = draft;
  for (const key of keys) parent = (parent as Draft)[key];
  if (parent === undefined) throw new Error(`${field} is not rendered: the mistake would be none`);
  if (value !== undefined) (parent as Draft)[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (last in (parent as Draft)) delete (parent as Draft)[last];
  else throw new Error(`${field} is not rendered: the mistake would be none`);
}
