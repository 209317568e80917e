import { get } from "node:http";
import { describe, expect, test } from "vitest";
import { checkPlatform } from "../checks/check.ts";
import { loadRules } from "../io/load-rules.ts";
import type { KubernetesObject } from "../render/manifest.ts";
import type { StoredObject } from "./harness/kube.ts";
import { readManifests } from "./harness/manifests.ts";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName, renderProduction } from "./harness/rendering.ts";
import { waitUntil } from "./harness/wait-until.ts";

interface Router {
  readonly name: string;
  readonly provider: string;
  readonly rule: string;
  readonly entryPoints: readonly string[];
  readonly status: string;
  readonly error?: readonly string[];
}

interface Published extends StoredObject {
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

interface Event extends StoredObject {
  readonly reason: string;
  readonly message: string;
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

interface TraefikDeployment extends KubernetesObject {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          {
            readonly args: readonly string[];
            readonly readinessProbe: { readonly httpGet: { readonly path: string } };
          },
        ];
      };
    };
  };
}

interface EndpointSlice extends StoredObject {
  readonly ports: readonly { readonly name: string; readonly port: number }[];
}

interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly rules: readonly {
      readonly host: string;
      readonly http: { readonly paths: readonly { readonly path: string }[] };
    }[];
  };
}

/** What Traefik may complain about, and why it is right here. */
const expectedErrors = [
  // Asked for when the Ingress appears; issued once Let's Encrypt has seen the answer, which no pod here can give.
  /secret \S+-tls does not exist/,
  // The kinds of Traefik come after Ingresses within one sync; the next event loads the router.
  /middleware \S+ does not exist/,
  // The Ingress comes with the pods and not after them; the next event loads the router.
  /Skipping service: no endpoints found/,
  // Two writers of one status: Traefik reads it again and repeats.
  /failed to update ingress status .* the object has been modified/,
  // The program of the test cluster comes without the dashboard's pages.
  /Error appending dashboard to API router/,
];

const { cluster, kube, root, traefik, waiting } = connectPlatform();
const manifests = readManifests(root, environmentName);
const ingresses = manifests.filter(({ object }) => object.kind === "Ingress").map(({ object }) => object as Ingress);
const [container] = manifests
  .filter(({ object: { kind, metadata } }) => kind === "Deployment" && metadata.name === "traefik")
  .flatMap(({ object }) => (object as TraefikDeployment).spec.template.spec.containers);
if (!container) throw new Error("no Deployment traefik is rendered");
const loadBalancer = { apiVersion: "v1", kind: "Service", namespace: "traefik", name: "traefik" };

describe("Traefik, with the arguments and rights of its Deployment", () => {
  test("is ready by the probe of its pods", async () => {
    const { path } = container.readinessProbe.httpGet;
    expect((await fetch(new URL(path, traefik.TRAEFIK_API))).status).toBe(200);
  });

  // A number that differs between Service, container and argument is a port where nobody listens.
  test("listens where the load balancer's ports lead to", async () => {
    const reference = { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace: loadBalancer.namespace };
    const slices = await kube.list<EndpointSlice>(reference, `kubernetes.io/service-name=${loadBalancer.name}`);
    expect(slices.length).toBeGreaterThan(0);
    for (const { name, port } of slices.flatMap(({ ports }) => ports)) {
      expect(container.args).toContain(`--entryPoints.${name}.address=:${port}/tcp`);
      expect(traefik).toHaveProperty(`TRAEFIK_${name.toUpperCase()}`);
    }
  });

  test("loads a router for every path of every Ingress, on HTTPS only", async () => {
    const routers = await routersOf("kubernetes");
    const wanted = ingresses.flatMap(({ spec }) =>
      spec.rules.flatMap(({ host, http }) => http.paths.map(({ path }) => ({ host, path }))),
    );
    expect(wanted.length).toBeGreaterThan(1);
    for (const { host, path } of wanted) {
      const router = routers.find(({ rule }) => rule.includes(`Host("${host}")`) && rule.includes(`("${path}")`));
      expect(router, `router of ${host}${path}`).toMatchObject({ status: "enabled", entryPoints: ["websecure"] });
    }
  });

  // The metrics port is an entry point too, and a router without an explicit one is put on every default.
  test("has every router enabled, and none of an Ingress beside the public ports", async () => {
    const routers = await routersOf();
    expect(routers.filter(({ status, error }) => status !== "enabled" || error !== undefined)).toEqual([]);
    const public_ = new Set(["web", "websecure"]);
    const elsewhere = (await routersOf("kubernetes")).filter(
      ({ entryPoints }) => !entryPoints.every((one) => public_.has(one)),
    );
    expect(elsewhere.map(({ name, entryPoints }) => [name, entryPoints])).toEqual([]);
  });

  test("logs no error but the expected ones", async () => {
    const lines = (await cluster.log("traefik")).split("\n").filter((line) => !/"level":"(info|debug)"/.test(line));
    expect(lines.filter((line) => !isWarning(line) && !expectedErrors.some((pattern) => pattern.test(line)))).toEqual(
      [],
    );
  });

  test("sends HTTP to the public HTTPS port, and leaves the challenges of Let's Encrypt alone", async () => {
    for (const { host } of ingresses.flatMap(({ spec }) => spec.rules)) {
      expect(await answer(host, "/some/page?with=query")).toEqual({
        status: 301,
        location: `https://${host}/some/page?with=query`,
      });
      // No such challenge is under way: Traefik itself says so, without a redirect.
      expect(await answer(host, "/.well-known/acme-challenge/none")).toEqual({ status: 404, location: undefined });
    }
  });

  test("publishes the load balancer's address in every Ingress", async () => {
    const address = (await kube.get<Published>(loadBalancer))?.status?.loadBalancer?.ingress?.[0]?.ip;
    expect(address).toMatch(/^203\.0\.113\.\d+$/);
    for (const { apiVersion, kind, metadata } of ingresses) {
      const { name, namespace } = metadata;
      const published = async () =>
        (await kube.get<Published>({ apiVersion, kind, namespace, name }))?.status?.loadBalancer?.ingress;
      const found = await waitUntil(`Ingress ${name} has an address`, published, waiting);
      expect(found.map(({ ip }) => ip)).toEqual([address]);
    }
  });
});

describe("without the location annotation", () => {
  const annotation = "load-balancer.hetzner.cloud/location";
  const service = manifests.map(({ object }) => object).find(isLoadBalancer);
  if (!service) throw new Error("no Service of type LoadBalancer is rendered");
  const { [annotation]: location, ...annotations } = service.metadata.annotations ?? {};

  test("the load balancer stays pending", async () => {
    expect(location).toBeDefined();
    const name = "without-location";
    const copy = { ...service, metadata: { name, namespace: service.metadata.namespace, annotations } };
    await kube.create(copy);
    try {
      const events = { apiVersion: "v1", kind: "Event", namespace: service.metadata.namespace };
      const refusal = await waitUntil(
        "the cloud refuses the copy",
        async () =>
          (await kube.list<Event>(events)).find(
            ({ involvedObject, reason }) => involvedObject.name === name && reason === "SyncLoadBalancerFailed",
          ),
        waiting,
      );
      expect(refusal.message).toContain(annotation);
      expect((await kube.get<Published>({ ...loadBalancer, name }))?.status?.loadBalancer?.ingress).toBeUndefined();
    } finally {
      await kube.remove({ ...loadBalancer, name });
    }
  });

  test("the rules refuse to write it", async () => {
    const [rendered, rules] = await Promise.all([renderProduction(root), loadRules(root)]);
    const rulesAgainst = (manifestsToCheck: typeof rendered.manifests) =>
      checkPlatform([{ ...rendered, manifests: manifestsToCheck }], rules)
        .filter(({ severity, path }) => severity === "error" && path.includes("/Service."))
        .map(({ rule }) => rule);
    expect(rulesAgainst(rendered.manifests)).toEqual([]);
    const mutated = rendered.manifests.map((manifest) =>
      isLoadBalancer(manifest.object)
        ? { ...manifest, object: { ...manifest.object, metadata: { ...manifest.object.metadata, annotations } } }
        : manifest,
    );
    expect(rulesAgainst(mutated)).toEqual(["load-balancer-location"]);
  });
});

async function routersOf(provider?: string): Promise<Router[]> {
  const routers = (await (await fetch(`${traefik.TRAEFIK_API}/http/routers`)).json()) as Router[];
  return routers.filter((router) => provider === undefined || router.provider === provider);
}

/** A request on port 80, without following what it answers. */
function answer(host: string, path: string): Promise<{ status: number | undefined; location: string | undefined }> {
  return new Promise((resolve, reject) => {
    get(`http://${traefik.TRAEFIK_WEB}${path}`, { headers: { host } }, (response) => {
      response.resume();
      resolve({ status: response.statusCode, location: response.headers.location });
    }).on("error", reject);
  });
}

function isWarning(line: string): boolean {
  return line.includes('"level":"warn"');
}

function isLoadBalancer({ kind, spec }: KubernetesObject): boolean {
  return kind === "Service" && (spec as { type?: string }).type === "LoadBalancer";
}
