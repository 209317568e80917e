import { applicationsFolder } from "../../render/layout.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { bootstrapApp, type CommittedObject, placeOf } from "./committed-object.ts";

/** One side of a comparison: the objects that changed, and those around them that a judgement asks for. */
export interface Side {
  readonly ofKind: (environment: string, kind: string) => readonly CommittedObject[];
  readonly find: (
    environment: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ) => KubernetesObject | undefined;
}

/** Both sides of a comparison. */
export interface Surroundings {
  readonly before: Side;
  readonly after: Side;
}

export function createSide(objects: readonly CommittedObject[]): Side {
  const byKind = new Map<string, CommittedObject[]>();
  for (const one of objects) {
    const key = `${one.environment} ${one.object.kind}`;
    const list = byKind.get(key);
    if (list) list.push(one);
    else byKind.set(key, [one]);
  }
  const ofKind: Side["ofKind"] = (environment, kind) => byKind.get(`${environment} ${kind}`) ?? [];
  return {
    ofKind,
    find: (environment, kind, namespace, name) =>
      ofKind(environment, kind).find(
        ({ object: { metadata } }) => metadata.name === name && metadata.namespace === namespace,
      )?.object,
  };
}

/** Kinds that keep data, or without which data goes. */
const keepers = /^(PersistentVolumeClaim|StatefulSet|PersistentVolume|VolumeSnapshot)\./;

/**
 * The unchanged files that judging the changed ones takes, chosen by their names, so that nothing else has to be read:
 * the Application and AppProject of each app, its autoscalers and Services, the policies of a namespace that one of them changed in,
 * the Ingresses that may pass a middleware, and what keeps data in a namespace or an app that goes.
 */
export function surroundingPaths(changed: readonly string[], all: Iterable<string>): string[] {
  const known = new Set(changed);
  const apps = new Set<string>();
  const policies = new Set<string>();
  const namespaces = new Set<string>();
  const leaving = new Set<string>();
  const doors = new Set<string>();
  for (const path of changed) {
    const place = placeOf(path);
    if (!place) continue;
    const { environment, app } = place;
    apps.add(`${environment}/${app}`);
    const [kind = "", first = "", second = ""] = fileOf(path).split(".");
    if (kind === "NetworkPolicy") policies.add(`${environment}/${first}`);
    if (kind === "Middleware") doors.add(environment);
    if (kind === "Namespace") namespaces.add(`${environment}/${first}`);
    if (kind === "Application") leaving.add(`${environment}/${second}`);
  }
  return [...all].filter((path) => {
    const place = known.has(path) ? undefined : placeOf(path);
    if (!place) return false;
    const { environment, app } = place;
    const file = fileOf(path);
    const [kind = "", first = "", second = ""] = file.split(".");
    if (app === bootstrapApp) return kind === "Application" && apps.has(`${environment}/${applicationsFolder}`);
    if (kind === "Application" || kind === "AppProject") {
      if (kind === "AppProject" && second === "default") return apps.has(`${environment}/${applicationsFolder}`);
      return apps.has(`${environment}/${second}`) || leaving.has(`${environment}/${second}`);
    }
    if (kind === "NetworkPolicy") return policies.has(`${environment}/${first}`);
    if (kind === "Ingress") return doors.has(environment);
    if (kind === "HorizontalPodAutoscaler" || kind === "Service") return apps.has(`${environment}/${app}`);
    if (kind === "Namespace") return leaving.has(`${environment}/${app}`);
    return keepers.test(file) && (namespaces.has(`${environment}/${first}`) || leaving.has(`${environment}/${app}`));
  });
}

/** Name of the file, without the number that orders bootstrap/. */
function fileOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/^\d+-/, "");
}
