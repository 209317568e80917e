import { UserError } from "../config/user-error.ts";
import { describeObject, type KubernetesObject, type Manifest } from "./manifest.ts";

/** Folder of the Applications and AppProjects beside the apps' own folders; the root Application points at it. */
export const applicationsFolder = "applications";

export function appFolder(environment: string, app: string): string {
  return `dist/${environment}/${app}`;
}

/** `<Kind>.<namespace>.<name>.yaml`, or `<Kind>.<name>.yaml` for an object without namespace. */
export function fileName(object: KubernetesObject): string {
  const { name, namespace } = object.metadata;
  // Names of RBAC objects may hold ":", which no Windows checkout can have in a file name.
  const safe = (text: string) => text.replaceAll(/[^A-Za-z0-9._-]/g, "_");
  return [object.kind, ...(namespace === undefined ? [] : [safe(namespace)]), safe(name), "yaml"].join(".");
}

/**
 * Refuses what would lose an object: two manifests in one file (without regard to case, as some disks have none), and
 * one object rendered twice. Throws a UserError that names both constructs.
 */
export function assertDistinct(manifests: readonly Manifest[]): void {
  const byPath = new Map<string, Manifest>();
  const byIdentity = new Map<string, Manifest>();
  for (const manifest of manifests) {
    // Start configuration in bootstrap/ is the same object that an Application owns later: that is its purpose.
    const realm = manifest.path.startsWith("dist/") ? "dist" : "bootstrap";
    const identity = `${realm} ${describeObject(manifest.object)}`;
    const twin = byIdentity.get(identity);
    if (twin) {
      throw new UserError(`${at(twin)} and ${at(manifest)} both render ${describeObject(manifest.object)}.`, {
        remedy: "Remove one of them or give it another name: Argo CD would apply both in turn, for ever.",
      });
    }
    byIdentity.set(identity, manifest);

    const path = manifest.path.toLowerCase();
    const neighbour = byPath.get(path);
    if (neighbour) {
      throw new UserError(`${at(neighbour)} and ${at(manifest)} would both be written to ${manifest.path}.`, {
        remedy: "Rename one of the objects: the later file would silently replace the earlier one.",
      });
    }
    byPath.set(path, manifest);
  }
}

function at(manifest: Manifest): string {
  return `${manifest.source} (${manifest.constructPath})`;
}
