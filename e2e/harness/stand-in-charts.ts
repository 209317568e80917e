import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { versions } from "../../config/versions.ts";
import type { Workload } from "../../constructs/app.ts";
import type { RenderedEnvironment } from "../../render/rendered.ts";
import type { Cluster } from "./cluster.ts";

type ChartKey = keyof typeof versions.charts;

/**
 * Serves every pinned chart at its real address: cert-manager's own, and for the others a chart of the pinned name and
 * version with what the platform relies on. A stand-in holds
 * - a Deployment for each declared workload with its requests, so that the scheduler fits the whole platform;
 * - the templates in e2e/charts/<key>/, each of which says what it stands for.
 * Its objects pass the AppProject that was derived for the real chart, or the sync fails.
 */
export async function serveCharts(
  cluster: Cluster,
  root: string,
  folder: string,
  rendered: RenderedEnvironment,
): Promise<void> {
  const releases = rendered.apps.flatMap(({ release }) => release ?? []);
  const packages = releases.map(({ chart, workloads }) => {
    if (chart === "certManager")
      return cluster.shipped(`charts/cert-manager-${versions.charts.certManager.version}.tgz`);
    return writeStandIn(join(folder, chart), chart, {
      ...committedTemplates(join(root, "e2e", "charts", chart)),
      ...(chart === "traefikCrds" ? crdTemplates(cluster.shipped(`crds/traefik-${versions.images.traefik.tag}`)) : {}),
      ...generatedTemplates(workloads, rendered.environment.servers.length),
    });
  });
  await cluster.addCharts(packages);
  for (const url of new Set(releases.map(({ chart }) => versions.charts[chart].repository)))
    await cluster.mirror(url, "charts");
}

/** Template texts or the files to copy, by file name. */
type Templates = Readonly<Record<string, { readonly text: string } | { readonly file: string }>>;

function writeStandIn(folder: string, chart: ChartKey, templates: Templates): string {
  const { chart: name, version } = versions.charts[chart];
  mkdirSync(join(folder, "templates"), { recursive: true });
  writeFileSync(join(folder, "Chart.yaml"), stringify({ apiVersion: "v2", name, version }));
  for (const [fileName, template] of Object.entries(templates)) {
    const target = join(folder, "templates", fileName);
    if ("file" in template) copyFileSync(template.file, target);
    else writeFileSync(target, template.text);
  }
  return folder;
}

function committedTemplates(folder: string): Templates {
  if (!existsSync(folder)) return {};
  return Object.fromEntries(readdirSync(folder).map((file) => [file, { file: join(folder, file) }]));
}

function crdTemplates(folder: string): Templates {
  return Object.fromEntries(readdirSync(folder).map((file) => [file, { file: join(folder, file) }]));
}

function generatedTemplates(workloads: readonly Workload[], servers: number): Templates {
  return Object.fromEntries(
    workloads.map((workload) => [`workload-${workload.name}.yaml`, { text: stringify(deployment(workload, servers)) }]),
  );
}

/** As a DaemonSet rolls out: it has no room for a second pod on a server. */
const oneAfterTheOther = { type: "RollingUpdate", rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } };

/** A Deployment with the requests of the workload; one that runs on every server has as many pods, all apart. */
function deployment({ name, replicas, requests }: Workload, servers: number): object {
  const labels = { "app.kubernetes.io/name": name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name },
    spec: {
      replicas: replicas === "every-server" ? servers : replicas,
      ...(replicas === "every-server" ? { strategy: oneAfterTheOther } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
          ...(replicas === "every-server" ? { topologySpreadConstraints: [apart(labels)] } : {}),
          containers: [
            {
              name,
              image: "registry.k8s.io/pause:3.10",
              resources: { requests, limits: { memory: requests.memory } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
            },
          ],
        },
      },
    },
  };
}

function apart(matchLabels: Readonly<Record<string, string>>): object {
  return {
    maxSkew: 1,
    topologyKey: "kubernetes.io/hostname",
    whenUnsatisfiable: "DoNotSchedule",
    labelSelector: { matchLabels },
  };
}
