import { syncOptionsAnnotation } from "../../constructs/sync-option.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { bootstrapApp } from "./committed-object.ts";
import { at, textsAt } from "./object-field.ts";
import type { ObjectChange } from "./platform-change.ts";
import type { Side, Surroundings } from "./surroundings.ts";

/** What becomes of an object that git no longer has. */
export type Fate = { readonly deleted: true } | { readonly deleted: false; readonly why: string };

/**
 * Whether Argo CD deletes an object that is in git no more: while its Application stays, by pruning; when its
 * Application goes too, by that one's finalizer (argo-cd v3.5 docs/user-guide/{sync-options,app_deletion}.md).
 * Without a known Application it is taken for deleted. Undefined for an object that is still there.
 */
export function fateOf(change: ObjectChange, { before, after }: Surroundings): Fate | undefined {
  if (change.after || !change.before) return undefined;
  if (change.app === bootstrapApp) return kept("what was applied by hand stays until someone deletes it");
  const owner = ownerOf(change, after);
  if (owner) {
    if (hasOption(change.before, "Prune=false")) return kept("Prune=false keeps it in the cluster");
    if (at(owner, "spec.syncPolicy.automated.prune") === true) return { deleted: true };
    return kept(`Application ${owner.metadata.name} does not prune`);
  }
  const last = ownerOf(change, before);
  if (!last) return { deleted: true };
  if (hasOption(change.before, "Delete=false")) return kept("Delete=false keeps it when its Application goes");
  return isCascading(last) ? { deleted: true } : kept(`Application ${last.metadata.name} goes without its finalizer`);
}

/** Whether deleting an Application deletes what it made. */
export function isCascading(application: KubernetesObject): boolean {
  const finalizers = textsAt(application, "metadata.finalizers");
  return finalizers.some((finalizer) => finalizer.startsWith("resources-finalizer.argocd.argoproj.io"));
}

/** Whether an object carries a sync option of Argo CD. */
export function hasOption(object: KubernetesObject, option: string): boolean {
  const options = object.metadata.annotations?.[syncOptionsAnnotation] ?? "";
  return options.split(",").some((one) => one.trim() === option);
}

/** The Application that follows the folder of an object. */
function ownerOf({ environment, path }: ObjectChange, side: Side): KubernetesObject | undefined {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return side
    .ofKind(environment, "Application")
    .map(({ object }) => object)
    .find((object) => at(object, "spec.source.path") === folder);
}

function kept(why: string): Fate {
  return { deleted: false, why };
}
