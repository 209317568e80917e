import { describe, expect, test } from "vitest";
import { solverPods, solverPort } from "../constructs/acme.ts";
import type { KubernetesObject } from "../render/manifest.ts";
import type { StoredObject } from "./harness/kube.ts";
import { readManifests } from "./harness/manifests.ts";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName } from "./harness/rendering.ts";
import { waitUntil } from "./harness/wait-until.ts";

interface Issuer extends StoredObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message: string }[];
  };
}

interface Order extends StoredObject {
  readonly spec: { readonly dnsNames: readonly string[]; readonly issuerRef: { readonly name: string } };
}

interface Challenge extends StoredObject {
  readonly spec: { readonly dnsName: string; readonly type: string };
  readonly status?: { readonly presented?: boolean; readonly state?: string };
}

interface SolverPod extends StoredObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly [{ readonly ports: readonly [{ readonly containerPort: number }] }];
  };
  readonly status: { readonly phase: string };
}

interface SolverIngress extends StoredObject {
  readonly spec: { readonly ingressClassName: string; readonly rules: readonly [{ readonly host: string }] };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly unknown[] } };
}

interface Policy extends KubernetesObject {
  readonly spec: {
    readonly podSelector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly ingress?: readonly { readonly ports?: readonly { readonly port: number }[] }[];
  };
}

interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly ingressClassName: string;
    readonly tls: readonly { readonly hosts: readonly string[]; readonly secretName: string }[];
  };
}

const { kube, root, waiting } = connectPlatform();
const objects = readManifests(root, environmentName).map(({ object }) => object);
const issuers = objects.filter(({ kind }) => kind === "ClusterIssuer");
const requests = objects
  .filter(({ kind }) => kind === "Ingress")
  .flatMap((object) =>
    (object as Ingress).spec.tls.map((tls) => ({
      host: tls.hosts[0] ?? "",
      namespace: object.metadata.namespace ?? "",
      object,
    })),
  );

test.each(issuers.map((issuer) => [issuer.metadata.name, issuer] as const))(
  "cert-manager has an account for %s",
  async (name, { apiVersion, kind }) => {
    const ready = async () =>
      (await kube.get<Issuer>({ apiVersion, kind, name }))?.status?.conditions?.find(
        (one) => one.type === "Ready" && one.status === "True",
      );
    expect((await waitUntil(`${name} is Ready`, ready, waiting)).message).toContain("account was registered");
  },
);

// Here the pods that answer are simulated, so a challenge is opened and presented, and stays open.
describe.each(requests)("for the certificate of $host", ({ host, namespace, object }) => {
  const solvers = Object.entries(solverPods(namespace).labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");

  test("cert-manager opens an Order at the issuer of the Ingress, and presents a Challenge", async () => {
    const acme = { apiVersion: "acme.cert-manager.io/v1", namespace };
    const order = await waitUntil(
      "an Order",
      async () => (await kube.list<Order>({ ...acme, kind: "Order" })).find(({ spec }) => spec.dnsNames.includes(host)),
      waiting,
    );
    expect(order.spec.issuerRef.name).toBe(object.metadata.annotations?.["cert-manager.io/cluster-issuer"]);
    const challenge = await waitUntil(
      "a Challenge that is presented",
      async () =>
        (await kube.list<Challenge>({ ...acme, kind: "Challenge" })).find(
          ({ spec, status }) => spec.dnsName === host && status?.presented === true,
        ),
      waiting,
    );
    expect(challenge).toMatchObject({ spec: { type: "HTTP-01" }, status: { state: "pending" } });
  });

  test("the pod that answers passes Pod Security and quota, and a network policy lets Traefik reach it", async () => {
    const running = async () =>
      (await kube.list<SolverPod>({ apiVersion: "v1", kind: "Pod", namespace }, solvers)).find(
        ({ status }) => status.phase === "Running",
      );
    const pod = await waitUntil("the solver's pod runs", running, waiting);
    expect(pod.spec.containers[0].ports[0].containerPort).toBe(solverPort);
    const policies = objects.filter(
      ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.namespace === namespace,
    ) as Policy[];
    const letsIn = policies.filter(
      ({ spec }) =>
        selects(spec.podSelector.matchLabels, pod.metadata.labels) &&
        spec.ingress?.some(({ ports = [] }) => ports.some(({ port }) => port === solverPort)),
    );
    expect(letsIn).toHaveLength(1);
  });

  test("the Ingress that leads to it is Traefik's and has an address", async () => {
    const reference = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace };
    const served = async () =>
      (await kube.list<SolverIngress>(reference, solvers)).find(
        ({ spec, status }) => spec.rules[0].host === host && (status?.loadBalancer?.ingress ?? []).length > 0,
      );
    const ingress = await waitUntil("the solver's Ingress has an address", served, waiting);
    expect(ingress.spec.ingressClassName).toBe((object as Ingress).spec.ingressClassName);
  });
});

function selects(
  selector: Readonly<Record<string, string>> | undefined,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return selector !== undefined && Object.entries(selector).every(([key, value]) => labels[key] === value);
}
