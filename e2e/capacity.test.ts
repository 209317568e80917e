import { afterEach, expect, test } from "vitest";
import { solverPods } from "../constructs/acme.ts";
import type { KubernetesObject } from "../render/manifest.ts";
import type { NewObject, StoredObject } from "./harness/kube.ts";
import { readManifests } from "./harness/manifests.ts";
import { serversOf } from "./harness/placement.ts";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName } from "./harness/rendering.ts";
import { waitUntil } from "./harness/wait-until.ts";

interface Deployment extends StoredObject {
  readonly spec: {
    readonly replicas: number;
    readonly strategy: { readonly rollingUpdate?: { readonly maxSurge: number | string } };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: object;
    };
  };
}

interface Pod extends StoredObject {
  readonly status: { readonly phase: string };
}

interface Quota extends StoredObject {
  readonly status: { readonly used: Readonly<Record<string, string>> };
}

interface Ingress extends KubernetesObject {
  readonly spec: { readonly tls: readonly object[] };
}

const { kube, root, waiting } = connectPlatform();
const manifests = readManifests(root, environmentName).map(({ object }) => object);
const podsReference = { apiVersion: "v1", kind: "Pod" };
/** What the Deployment controller would write here for the pods of a new template. */
const surgeHash = { "pod-template-hash": "e2e" };

async function surgePods(): Promise<Pod[]> {
  return kube.list<Pod>(podsReference, "pod-template-hash=e2e");
}

afterEach(async () => {
  for (const { metadata } of await surgePods()) await kube.remove({ ...podsReference, ...metadata });
  await waitUntil("the pods of the test are gone", async () => (await surgePods()).length === 0, waiting);
});

// One server may go at any time: replicas on the same one go with it.
test.each(["traefik/traefik", "chat-app/chat-server"])("the replicas of %s run on different servers", async (app) => {
  const [namespace = "", name = ""] = app.split("/");
  const servers = await serversOf(kube, namespace, name);
  expect(servers.length).toBeGreaterThan(1);
  expect(new Set(servers).size, servers.join(", ")).toBe(servers.length);
});

// A new pod starts before an old one ends. Refused by a quota or without room on a server, its roll-out never ends.
test("quotas and servers have room for every roll-out at once, beside the pods that answer Let's Encrypt", async () => {
  const deployments = await kube.list<Deployment>({ apiVersion: "apps/v1", kind: "Deployment" });
  const surge = deployments.flatMap((deployment) => Array<NewObject>(surgeOf(deployment)).fill(nextPodOf(deployment)));
  const quotas = manifests.filter(({ kind }) => kind === "ResourceQuota");
  expect(surge.length).toBeGreaterThan(3);
  expect(quotas.length).toBeGreaterThan(1);
  for (const namespace of new Set(manifests.filter(({ kind }) => kind === "Ingress").map(namespaceOf))) {
    await waitUntil(`the solver pods in ${namespace} run`, () => solversRun(namespace), waiting);
  }

  for (const pod of surge) await kube.create(pod);

  const scheduled = async () => (await surgePods()).every(({ status }) => status.phase === "Running");
  await waitUntil("every additional pod has found a server", scheduled, waiting);
  for (const { apiVersion, kind, metadata } of quotas) {
    const { name, namespace } = metadata;
    const quota = await kube.get<Quota>({ apiVersion, kind, name, namespace });
    const pods = (await kube.list<Pod>({ ...podsReference, namespace })).filter(
      ({ status }) => status.phase === "Running",
    );
    expect(quota?.status.used.pods, `pods counted in ${namespace}`).toBe(String(pods.length));
  }
});

async function solversRun(namespace: string): Promise<boolean> {
  const [label] = Object.entries(solverPods(namespace).labels).map((pair) => pair.join("="));
  const wanted = manifests
    .filter((object) => object.kind === "Ingress" && namespaceOf(object) === namespace)
    .flatMap((object) => (object as Ingress).spec.tls);
  const solvers = await kube.list<Pod>({ ...podsReference, namespace }, label);
  return solvers.filter(({ status }) => status.phase === "Running").length >= wanted.length;
}

function namespaceOf({ metadata }: KubernetesObject): string {
  return metadata.namespace ?? "";
}

/** How many pods a roll-out adds. The API server has filled in what the Deployment leaves out. */
function surgeOf({ spec: { replicas, strategy } }: Deployment): number {
  const maxSurge = strategy.rollingUpdate?.maxSurge ?? 0;
  return typeof maxSurge === "number" ? maxSurge : Math.ceil((Number.parseInt(maxSurge, 10) / 100) * replicas);
}

function nextPodOf({ metadata: { name, namespace }, spec: { template } }: Deployment): NewObject {
  const labels = { ...template.metadata.labels, ...surgeHash };
  const metadata = { generateName: `${name}-e2e-`, namespace, labels };
  return { apiVersion: "v1", kind: "Pod", metadata, spec: template.spec } as NewObject;
}
