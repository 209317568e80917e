import type { PlatformPins } from "../constructs/app.ts";
import type { Manifest } from "../render/manifest.ts";
import { type ApplicationSource, type ApplicationSpec, type AppProjectSpec, fieldsOf } from "./kinds.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** An Argo CD Application with what it names. */
export interface ApplicationSite {
  readonly manifest: Manifest;
  readonly spec: ApplicationSpec;
  readonly sources: readonly { readonly source: ApplicationSource; readonly field: string }[];
  /** The project it names, if that is rendered. */
  readonly project: AppProjectSpec | undefined;
  /** Whether it is the root, which bootstrap/ applies and which nothing synchronises. */
  readonly isRoot: boolean;
}

const index = oncePerTree((tree) => {
  const projects = new Map<string, AppProjectSpec>();
  const applications: ApplicationSite[] = [];
  for (const manifest of tree.manifests) {
    if (manifest.object.kind === "AppProject")
      projects.set(manifest.object.metadata.name, fieldsOf(manifest, "AppProject").spec ?? {});
  }
  for (const manifest of tree.manifests) {
    if (manifest.object.kind !== "Application") continue;
    const spec = fieldsOf(manifest, "Application").spec ?? {};
    const several = (spec.sources ?? []).map((source, i) => ({ source, field: `spec.sources[${i}]` }));
    applications.push({
      manifest,
      spec,
      sources: spec.source ? [{ source: spec.source, field: "spec.source" }, ...several] : several,
      project: projects.get(spec.project ?? ""),
      isRoot: !manifest.path.startsWith("dist/"),
    });
  }
  const byFolder = new Map(
    applications.flatMap((application) =>
      application.sources.flatMap(({ source: { path } }) => (path === undefined ? [] : [[path, application] as const])),
    ),
  );
  const byChart = new Map(
    applications.flatMap(({ manifest, sources }) =>
      sources.flatMap(({ source, field }) =>
        source.chart === undefined ? [] : [[source.chart, { manifest, source, field }] as const],
      ),
    ),
  );
  const folders = new Set(tree.deployed.map(({ path }) => folderOf(path)));
  return { applications, byFolder, byChart, folders };
});

/** Every Application, the root included. */
export function applications(tree: Tree): readonly ApplicationSite[] {
  return index(tree).applications;
}

/** The Application that synchronises the folder of a manifest. */
export function applicationOf(tree: Tree, { path }: Manifest): ApplicationSite | undefined {
  return index(tree).byFolder.get(folderOf(path));
}

/** A Helm chart as an Application installs it. */
export interface InstalledChart {
  readonly manifest: Manifest;
  /** Field of the source that names the chart. */
  readonly field: string;
  readonly version: string;
  readonly values: object;
}

/** The pinned chart, if an Application installs it. */
export function installedChart(tree: Tree, chart: keyof PlatformPins["charts"]): InstalledChart | undefined {
  const installed = index(tree).byChart.get(tree.pins.charts[chart].chart);
  if (installed === undefined) return undefined;
  const { manifest, field, source } = installed;
  return { manifest, field, version: source.targetRevision ?? "", values: source.helm?.valuesObject ?? {} };
}

/** Folders of dist/ that hold at least one manifest. */
export function renderedFolders(tree: Tree): ReadonlySet<string> {
  return index(tree).folders;
}

export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** Options of an annotation such as "Prune=false,Delete=false". */
export function optionsOf(annotation: string | undefined): string[] {
  return (annotation ?? "").split(",").flatMap((option) => (option.trim() === "" ? [] : [option.trim()]));
}
