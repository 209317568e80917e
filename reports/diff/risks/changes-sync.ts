import type { KubernetesObject } from "../../../render/manifest.ts";
import { type FieldChange, fieldOf, showPath } from "../field-change.ts";
import { chartChanges, isHelmApplication } from "../helm-source.ts";
import { at, entry, itemsAt, show } from "../object-field.ts";
import { type ObjectChange, subject } from "../platform-change.ts";
import type { RiskRule } from "../risk.ts";
import type { Surroundings } from "../surroundings.ts";

/** Fields of an Application or AppProject that steer Argo CD, and are no access and no objects. */
const steering: Readonly<Record<string, RegExp>> = {
  Application: /^(metadata\.finalizers|spec\.(project|destination|syncPolicy|ignoreDifferences|sources?))\b/,
  AppProject: /^(metadata\.finalizers|spec\.(syncWindows|orphanedResources|signatureKeys|destinationServiceAccounts))/,
};

/** Changes wave, prune, project or sync options: when, where and how Argo CD applies what git says. */
export const changesSync: RiskRule = {
  id: "changes-sync",
  meaning: "Argo CD applies things in another order, elsewhere, under another project or with other options.",
  advice: "Read what it means for a first installation and for a removal, not only for today.",
  judge(change, around) {
    const { kind } = subject(change);
    if (!change.before) return foreignRepositories(change, around).map((url) => ({ why: `it follows ${url}` }));
    // A chart's version and values make other objects of it; they steer nothing.
    const chart = new Set(isHelmApplication(subject(change)) ? chartChanges(change.fields) : []);
    const found = change.fields.filter((field) => {
      const { path, idle } = field;
      if (chart.has(field)) return false;
      const annotation = path.at(-1);
      if (typeof annotation === "string" && path.at(-2) === "annotations" && path[0] === "metadata") {
        return /^argocd\.argoproj\.io\/(?!manifest-generate-paths$)/.test(annotation);
      }
      return idle === undefined && entry(steering, kind)?.test(fieldOf(path));
    });
    return found.map((field) => ({ why: describe(field) }));
  },
};

/** Repositories of manifests that a new Application follows and no other does: what is in them shows in no difference. */
function foreignRepositories({ environment, after }: ObjectChange, { before }: Surroundings): string[] {
  if (after?.kind !== "Application") return [];
  const known = before.ofKind(environment, "Application").flatMap(({ object }) => repositoriesOf(object));
  return known.length === 0 ? [] : repositoriesOf(after).filter((url) => !known.includes(url));
}

function repositoriesOf(application: KubernetesObject): string[] {
  const sources = [at(application, "spec.source") ?? {}, ...itemsAt(application, "spec.sources")];
  return sources.flatMap((source) => {
    const { chart, repoURL } = source as { chart?: unknown; repoURL?: unknown };
    return chart === undefined && typeof repoURL === "string" ? [repoURL] : [];
  });
}

function describe({ path, kind, before, after }: FieldChange): string {
  if (kind === "order") return `${showPath(path)} in another order`;
  if (typeof path.at(-1) !== "string") return `${showPath(path)} is ${after === undefined ? "gone" : "new"}`;
  return `${showPath(path)}: ${show(before ?? "not set")} becomes ${show(after ?? "not set")}`;
}
