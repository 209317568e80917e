import { describeObject, groupOf, type KubernetesObject } from "../../render/manifest.ts";
import { type CommittedFile, type CommittedObject, parseObjects } from "./committed-object.ts";
import { compareFields } from "./compare-fields.ts";
import { type FieldChange, fieldOf } from "./field-change.ts";
import type { JudgedChange, ObjectChange } from "./platform-change.ts";
import { subject } from "./platform-change.ts";
import { riskRules } from "./risks.ts";
import { createSide, type Surroundings } from "./surroundings.ts";
import { scalerOf } from "./workload.ts";

/** Names of the two sides, for errors and titles: a commit, or `working tree`. */
export interface Sides {
  readonly before: string;
  readonly after: string;
}

/**
 * What differs between two states of the rendered files, object by object, and what that puts at risk. `files` holds
 * every file that differs, and those that `surroundingPaths` names, with one text on both sides.
 */
export function comparePlatforms(files: readonly CommittedFile[], sides: Sides): JudgedChange[] {
  const changes: ObjectChange[] = [];
  const all: Record<keyof Sides, CommittedObject[]> = { before: [], after: [] };
  for (const { path, before, after } of files) {
    const left = before === undefined ? [] : parseObjects(path, before, sides.before);
    const right = before === after ? left : after === undefined ? [] : parseObjects(path, after, sides.after);
    all.before.push(...left);
    all.after.push(...right);
    if (before !== after) changes.push(...pair(left, right));
  }
  const surroundings: Surroundings = { before: createSide(all.before), after: createSide(all.after) };
  return join(changes)
    .map((change) => noticeReplicas(change, surroundings))
    .map((change) => ({ ...change, risks: judge(change, surroundings) }))
    .sort((a, b) => (placeAndName(a) < placeAndName(b) ? -1 : 1));
}

/** Beside an autoscaler no number of pods is a default: stating one takes what the autoscaler had set. */
function noticeReplicas(change: ObjectChange, { before, after }: Surroundings): ObjectChange {
  const object = subject(change);
  if (![before, after].some((side) => scalerOf(change.environment, object, side))) return change;
  const fields = change.fields.map((one) =>
    fieldOf(one.path) === "spec.replicas" ? { ...one, idle: undefined } : one,
  );
  return { ...change, fields };
}

function judge(change: ObjectChange, surroundings: Surroundings) {
  const looked = { ...change, fields: change.fields.flatMap(leaves) };
  return riskRules.flatMap(({ id, judge: judgeOne }) =>
    judgeOne(looked, surroundings).map((found) => ({ id, ...found })),
  );
}

/** A map that came or went as a whole, as the fields in it: rules ask for these, whether they have neighbours or not. */
function leaves(change: FieldChange): FieldChange[] {
  const { path, before, after } = change;
  const map = before ?? after;
  const isWhole = (before === undefined) !== (after === undefined) && typeof path.at(-1) === "string";
  if (!isWhole || typeof map !== "object" || map === null || Array.isArray(map)) return [change];
  const inside = Object.entries(map).flatMap(([key, value]) =>
    leaves({
      path: [...path, key],
      kind: "value",
      before: before === undefined ? undefined : value,
      after: after === undefined ? undefined : value,
    }),
  );
  return inside.length === 0 ? [change] : inside;
}

/** The objects of one file on both sides, by their identity. */
function pair(before: readonly CommittedObject[], after: readonly CommittedObject[]): ObjectChange[] {
  const left = new Map(before.map((one) => [identity(one.object), one]));
  const right = new Map(after.map((one) => [identity(one.object), one]));
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) => {
    const [was, is] = [left.get(key), right.get(key)];
    const place = is ?? was;
    return place ? [changeOf(place, was?.object, is?.object)] : [];
  });
}

function changeOf(
  { environment, app, path }: Pick<ObjectChange, "environment" | "app" | "path">,
  before: KubernetesObject | undefined,
  after: KubernetesObject | undefined,
): ObjectChange {
  return { environment, app, path, before, after, fields: before && after ? compareFields(before, after) : [] };
}

/**
 * An object that went from one file of its app and came in another is one change. Between two apps it is two: one
 * Application deletes it, and the other makes it anew.
 */
function join(changes: readonly ObjectChange[]): ObjectChange[] {
  const gone = new Map(changes.filter(({ after }) => !after).map((change) => [placedIdentity(change), change]));
  const joined = new Set<ObjectChange>();
  const result = changes.map((change) => {
    const twin = change.before ? undefined : gone.get(placedIdentity(change));
    if (!twin) return change;
    joined.add(twin);
    return changeOf(change, twin.before, change.after);
  });
  return result.filter((change) => !joined.has(change));
}

/** What makes it one object: the version of its API is a field like others. */
function identity({ apiVersion, kind, metadata: { namespace = "", name } }: KubernetesObject): string {
  return [groupOf(apiVersion), kind, namespace, name].join(" ");
}

function placedIdentity(change: ObjectChange): string {
  return [change.environment, change.app, identity(subject(change))].join(" ");
}

function placeAndName(change: ObjectChange): string {
  return [change.environment, change.app, describeObject(subject(change))].join(" ");
}
