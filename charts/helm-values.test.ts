import { expect, test } from "vitest";
import type { Environment } from "../config/environment.ts";
import type { HelmRelease } from "../constructs/app.ts";
import { argocdNamespace } from "../constructs/argocd-configuration.ts";
import type { RenderedEnvironment } from "../render/rendered.ts";
import { production, render } from "../test/production.ts";

const rendered = render();
const releases = rendered.apps.flatMap(({ app, release }) => (release ? [{ app, release }] : []));

function releaseOf(name: string, platform: RenderedEnvironment = rendered): HelmRelease {
  const release = platform.apps.find(({ app }) => app.name === name)?.release;
  if (!release) throw new Error(`no Helm release ${name}`);
  return release;
}

/** The value at a path such as `installation.calicoNetwork.ipPools.0.cidr`. */
function valueAt(release: HelmRelease, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], release.values);
}

/** "250m" to 250 and "1Gi" to 1024: thousandths of a core, or MiB. */
function parseAmount(quantity: string): number {
  const [, number, unit = ""] = /^(\d+)(m|Mi|Gi|)$/.exec(quantity) ?? [];
  const factor = { m: 1, "": 1000, Mi: 1, Gi: 1024 }[unit];
  if (number === undefined || factor === undefined) throw new Error(`not an amount: ${quantity}`);
  return Number(number) * factor;
}

// A pool outside kubeadm's range leaves the servers NotReady; a cloud controller with another one hands out wrong ranges.
test.each(["10.244.0.0/16", "10.32.0.0/16"])(
  "kubeadm's pod range %s is Calico's and the cloud controller's",
  (podCidr) => {
    const platform = render({ cluster: { ...production.cluster, podCidr } });
    expect(valueAt(releaseOf("calico", platform), "installation.calicoNetwork.ipPools.0.cidr")).toBe(podCidr);
    expect(valueAt(releaseOf("hcloud-ccm", platform), "networking.clusterCIDR")).toBe(podCidr);
  },
);

// Over the public interface the tunnel would leave the private network, unencrypted.
test("Calico's tunnel runs between the servers' private addresses", () => {
  const serverRange = "10.0.7.0/24";
  const platform = render({ hetzner: { ...production.hetzner, serverRange } });
  const path = "installation.calicoNetwork.nodeAddressAutodetectionV4.cidrs";
  expect(valueAt(releaseOf("calico", platform), path)).toEqual([serverRange]);
});

// A volume in another location can never be attached.
test("volumes are made in the location of the servers", () => {
  const platform = render({ hetzner: { ...production.hetzner, location: "nbg1" } });
  expect(valueAt(releaseOf("hcloud-csi", platform), "controller.hcloudVolumeDefaultLocation")).toBe("nbg1");
});

// The person who brings up a cluster makes one Secret, as docs/how-to/bootstrap.md says.
test("cloud controller and volume driver read the same Secret", () => {
  const token = { name: "hcloud", key: "token" };
  const ccm = releaseOf("hcloud-ccm");
  expect(valueAt(ccm, "env.HCLOUD_TOKEN.valueFrom.secretKeyRef")).toEqual(token);
  expect(valueAt(ccm, "networking.network.valueFrom.secretKeyRef")).toEqual({ ...token, key: "network" });
  expect(valueAt(releaseOf("hcloud-csi"), "controller.hcloudToken.existingSecret")).toEqual(token);
});

// Two truths would overwrite each other at every sync, and waves need the health of Applications from the first one on.
test("Argo CD's chart sets exactly what bootstrap applied", () => {
  const configMaps = { cm: "argocd-cm", params: "argocd-cmd-params-cm", rbac: "argocd-rbac-cm" };
  const applied = Object.entries(configMaps).map(([key, name]) => {
    const object = rendered.manifests.find(
      ({ app, object: { kind, metadata } }) => app === "bootstrap" && kind === "ConfigMap" && metadata.name === name,
    )?.object;
    return [key, object?.data];
  });
  expect(valueAt(releaseOf("argocd"), "configs")).toEqual(Object.fromEntries(applied));
});

/** Where the values of each pod's containers stand: what is planned with must be what the chart is told. */
const resourcesByWorkload: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  calico: {
    "tigera-operator": ["resources"],
    "calico-node": ["installation.calicoNodeDaemonSet.spec.template.spec.containers.0.resources"],
    "calico-typha": ["installation.typhaDeployment.spec.template.spec.containers.0.resources"],
    "calico-kube-controllers": [
      "installation.calicoKubeControllersDeployment.spec.template.spec.containers.0.resources",
    ],
  },
  "calico-crds": {},
  "hcloud-ccm": { "hcloud-cloud-controller-manager": ["resources"] },
  "hcloud-csi": {
    "hcloud-csi-controller": ["hcloudCSIDriver", "csiAttacher", "csiProvisioner", "csiResizer", "livenessProbe"].map(
      (container) => `controller.resources.${container}`,
    ),
    "hcloud-csi-node": ["hcloudCSIDriver", "csiNodeDriverRegistrar", "livenessProbe"].map(
      (container) => `node.resources.${container}`,
    ),
  },
  "cert-manager": {
    "cert-manager": ["resources"],
    "cert-manager-cainjector": ["cainjector.resources"],
    "cert-manager-webhook": ["webhook.resources"],
  },
  "traefik-crds": {},
  "metrics-server": { "metrics-server": ["resources"] },
  argocd: {
    "argocd-application-controller": ["controller.resources"],
    "argocd-server": ["server.resources"],
    "argocd-repo-server": ["repoServer.resources"],
    "argocd-notifications-controller": ["notifications.resources"],
    "argocd-redis": ["redis.resources"],
  },
};

interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly memory: string };
}

/** Amounts of one pod of a workload, out of the values. */
function amountsOf(app: string, release: HelmRelease, workload: string) {
  const paths = resourcesByWorkload[app]?.[workload] ?? [];
  const containers = paths.map((path) => valueAt(release, path) as Resources);
  const sum = (of: (resources: Resources) => string) =>
    containers.reduce((total, resources) => total + parseAmount(of(resources)), 0);
  return {
    cpu: sum(({ requests }) => requests.cpu),
    memory: sum(({ requests }) => requests.memory),
    limit: sum(({ limits }) => limits.memory),
  };
}

// The capacity check plans with `workloads`, the cluster runs the values.
test("every pod of a chart is planned with the requests that its values ask for", () => {
  expect(releases.map(({ app }) => app.name).sort()).toEqual(Object.keys(resourcesByWorkload).sort());
  for (const { app, release } of releases) {
    const planned = release.workloads.map(({ name, requests }) => [
      name,
      { cpu: parseAmount(requests.cpu), memory: parseAmount(requests.memory) },
    ]);
    const asked = Object.keys(resourcesByWorkload[app.name] ?? {}).map((workload) => {
      const { cpu, memory } = amountsOf(app.name, release, workload);
      return [workload, { cpu, memory }];
    });
    expect(Object.fromEntries(planned), app.name).toEqual(Object.fromEntries(asked));
  }
});

// A quota without room for the surge stops a roll-out half-way, with nothing but an event on the ReplicaSet.
test("a quota admits every pod of the chart twice, and its jobs", () => {
  const hookPaths: Record<string, string> = {
    argocd: "redisSecretInit.resources",
    "cert-manager": "startupapicheck.resources",
  };
  // Two challenges at once; cert-manager v1.21.1 internal/apis/config/controller/v1alpha1/defaults.go.
  const solvers = { cpu: 2 * 10, memory: 2 * 64, limit: 2 * 64, pods: 2 };
  const limited = releases.flatMap(({ app, release }) =>
    (app.namespaces ?? []).flatMap((namespace) => (namespace.quota ? [{ app, release, quota: namespace.quota }] : [])),
  );
  expect(limited.map(({ app }) => app.name).sort()).toEqual(Object.keys(hookPaths).sort());

  for (const { app, release, quota } of limited) {
    const hook = valueAt(release, hookPaths[app.name] ?? "") as Resources;
    const needed = {
      cpu: parseAmount(hook.requests.cpu),
      memory: parseAmount(hook.requests.memory),
      limit: parseAmount(hook.limits.memory),
      pods: 1,
    };
    for (const { name, replicas } of release.workloads) {
      const pods = 2 * Number(replicas);
      const { cpu, memory, limit } = amountsOf(app.name, release, name);
      needed.cpu += pods * cpu;
      needed.memory += pods * memory;
      needed.limit += pods * limit;
      needed.pods += pods;
    }
    // Only Argo CD's namespace has an Ingress with a certificate.
    if (app.namespace === argocdNamespace) {
      for (const key of ["cpu", "memory", "limit", "pods"] as const) needed[key] += solvers[key];
    }
    expect(parseAmount(quota.cpuRequests), `${app.name} CPU`).toBeGreaterThanOrEqual(needed.cpu);
    expect(parseAmount(quota.memoryRequests), `${app.name} memory`).toBeGreaterThanOrEqual(needed.memory);
    expect(parseAmount(quota.memoryLimits), `${app.name} memory limits`).toBeGreaterThanOrEqual(needed.limit);
    expect(quota.pods, `${app.name} pods`).toBeGreaterThanOrEqual(needed.pods);
  }
});

// A wildcard, or an empty list, would let a planted object of any kind through the AppProject.
test("every chart names the kinds that it creates, one by one", () => {
  expect(releases.length).toBeGreaterThanOrEqual(8);
  for (const { app, release } of releases) {
    const { clusterKinds, namespacedKinds } = release.creates;
    const named = [...clusterKinds, ...namespacedKinds].map(({ group, kind }) => `${group}/${kind}`);
    expect(named.length, app.name).toBeGreaterThan(0);
    expect(new Set(named).size, app.name).toBe(named.length);
    for (const one of named) expect(one, app.name).toMatch(/^([a-z0-9-]+(\.[a-z0-9-]+)*)?\/[A-Z][A-Za-z]+$/);
  }
});

// Calico's operator, not a value, decides: a plan with too few of them would overfill a third server.
test.each([
  [1, 1],
  [2, 1],
  [3, 2],
  [4, 2],
  [5, 3],
  [400, 4],
])("%i servers have %i Typha", (count, typhas) => {
  const servers: Environment["servers"] = Array.from({ length: count }, (_, index) => ({
    name: `server-${index}`,
    type: "cpx22",
    role: index === 0 ? "control-plane" : "worker",
    runsWorkloads: true,
  }));
  const planned = releaseOf("calico", render({ servers })).workloads.find(({ name }) => name === "calico-typha");
  expect(planned?.replicas).toBe(typhas);
});

test("metrics-server is installed where it is wanted", () => {
  const without = render({ features: { ...production.features, metricsServer: false } });
  expect(() => releaseOf("metrics-server", without)).toThrow("no Helm release");
  expect(releaseOf("metrics-server").workloads).not.toEqual([]);
});
