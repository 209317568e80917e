import { ApiObject, App, Chart } from "cdk8s";
import type { Environment } from "../config/environment.ts";
import { UserError } from "../config/user-error.ts";
import { isHelmApp, type PlatformPins } from "../constructs/app.ts";
import { keepAnnotations, syncOptionsAnnotation } from "../constructs/sync-option.ts";
import { knownKinds } from "../imports/kinds.ts";
import { addApplication, addProject, permissionsOfManifests, permissionsOfRelease } from "./applications.ts";
import { blaming } from "./blaming.ts";
import { addBootstrap, bootstrapPath } from "./bootstrap.ts";
import { appFolder, applicationsFolder, assertDistinct, fileName } from "./layout.ts";
import type { KubernetesObject, Manifest } from "./manifest.ts";
import { type AppSource, planPlatform } from "./platform.ts";
import type { Planned, RenderedEnvironment } from "./rendered.ts";

/**
 * Renders one environment in memory. Pure: the same arguments give the same value, whatever the clock, the folder or
 * the kube context. Throws a UserError for what only shows in the whole (names, waves, two objects in one file) and for
 * a chart that throws.
 */
export function renderEnvironment(
  environment: Environment,
  pins: PlatformPins,
  sources: readonly AppSource[],
): RenderedEnvironment {
  const platform = planPlatform(environment, sources);
  const { namespaces, flows } = platform;
  const context = { environment, pins, declared: { namespaces, flows } };

  const apps = platform.apps.map(({ app, source, wave }): Planned => {
    const own = { app, source, wave, environment };
    if (isHelmApp(app)) {
      const release = blaming(source, environment, () => app.helm(context));
      if (release.chart in pins.charts) return { ...own, manifests: [], release };
      throw new UserError(`${source} takes the chart "${release.chart}", which config/versions.ts does not pin.`, {
        remedy: `Pinned charts: ${Object.keys(pins.charts).join(", ")}.`,
      });
    }
    const folder = appFolder(environment.name, app.name);
    const manifests = blaming(source, environment, () =>
      synthesize(
        app.name,
        source,
        app.namespace,
        (chart) => blaming(source, environment, () => app.render(chart, context)),
        (object) => `${folder}/${fileName(object)}`,
      ),
    );
    return { ...own, manifests, release: undefined };
  });

  const applications = synthesize(
    applicationsFolder,
    "render/applications.ts",
    undefined,
    (chart) => {
      for (const planned of apps) {
        const { app, release, manifests } = planned;
        const permissions = release
          ? permissionsOfRelease(pins.charts[release.chart].repository, app.namespace, release)
          : permissionsOfManifests(environment.git.repository, app.namespace, manifests);
        addProject(chart, app.name, app.summary, permissions);
        addApplication(chart, planned, pins, permissions);
      }
    },
    (object) => `${appFolder(environment.name, applicationsFolder)}/${fileName(object)}`,
  );

  const bootstrap = synthesize(
    "bootstrap",
    "render/bootstrap.ts",
    undefined,
    (chart) => addBootstrap(chart, environment),
    (object) => bootstrapPath(environment.name, object),
  );

  const manifests = [...apps.flatMap((planned) => planned.manifests), ...applications, ...bootstrap];
  assertDistinct(manifests);
  return { environment, pins, apps, namespaces, flows, manifests };
}

/**
 * One cdk8s App per chart: an App resolves the dependencies of all its charts at once, in quadratic time, and a
 * dependency between two charts of one App renames every file.
 */
function synthesize(
  name: string,
  source: string,
  namespace: string | undefined,
  fill: (chart: Chart) => void,
  pathOf: (object: KubernetesObject) => string,
): Manifest[] {
  const chart = new Chart(new App(), name, {
    disableResourceNameHashes: true,
    ...(namespace === undefined ? {} : { namespace }),
  });
  fill(chart);
  return chart.node
    .findAll()
    .filter(ApiObject.isApiObject)
    .map((apiObject) => {
      const object = protect(inReadingOrder(apiObject.toJson() as KubernetesObject));
      return { app: name, source, constructPath: apiObject.node.path, path: pathOf(object), object };
    });
}

/** Name and place first. cdk8s stamps the chart's namespace on every object; a kind of the whole cluster has none. */
function inReadingOrder({ apiVersion, kind, metadata, ...rest }: KubernetesObject): KubernetesObject {
  const { name, namespace, ...others } = metadata;
  const isClusterWide = knownKinds[`${apiVersion}/${kind}`]?.scope === "Cluster";
  const scope = isClusterWide || namespace === undefined ? {} : { namespace };
  return { apiVersion, kind, metadata: { name, ...scope, ...others }, ...rest };
}

/** Kinds that hold what cannot be made again: they survive leaving git, and the deletion of their Application. */
const kept = new Set(["CustomResourceDefinition", "Namespace", "PersistentVolumeClaim"]);

function protect(object: KubernetesObject): KubernetesObject {
  if (!kept.has(object.kind) || object.metadata.annotations?.[syncOptionsAnnotation] !== undefined) return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, ...keepAnnotations } },
  };
}
