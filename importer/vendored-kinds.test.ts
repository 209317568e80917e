import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compileFunction } from "node:vm";
import { expect, test } from "vitest";
import { renderImports } from "./imports.ts";
import { type UsedKind, usedKinds } from "./kinds.ts";
import { parseSchemas } from "./schemas.ts";
import { vendoredKinds } from "./vendored-kinds.ts";

const folder = join(import.meta.dirname, "../schemas");
const schemas = parseSchemas(
  new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")])),
);

const nameOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }) =>
  `${apiVersion}/${kind}`;
const groupOf = (apiVersion: string) =>
  apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "core";

const namesInUse = new Set(usedKinds.map(nameOf));
const spareKinds: UsedKind[] = vendoredKinds
  .filter((name) => !namesInUse.has(nameOf(name)))
  .map((name) => ({ ...name, construct: true }));
const imports = renderImports(schemas, [...usedKinds, ...spareKinds]);
const classes = [...imports].flatMap(([path, text]) => (path.endsWith(".ts") ? [text] : [])).join("");

const podSpec = { containers: [{ name: "a", image: "example.org/a:1.0.0" }] };
const template = { metadata: { labels: { app: "a" } }, spec: podSpec };
const issuerSpec = { acme: { server: "https://example.org", privateKeySecretRef: { name: "key" } } };

/** What a person would write first of each kind, from its reference. */
const minimal: Readonly<Record<string, object>> = {
  "v1/PersistentVolume": {
    spec: {
      capacity: { storage: "10Gi" },
      accessModes: ["ReadWriteOnce"],
      csi: { driver: "csi.hetzner.cloud", volumeHandle: "1" },
    },
  },
  "v1/PersistentVolumeClaim": {
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10Gi" } } },
  },
  "v1/Pod": { spec: podSpec },
  "v1/Secret": { type: "kubernetes.io/service-account-token" },
  "apps/v1/DaemonSet": { spec: { selector: { matchLabels: { app: "a" } }, template } },
  "autoscaling/v2/HorizontalPodAutoscaler": {
    spec: { scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "a" }, maxReplicas: 3 },
  },
  "batch/v1/CronJob": { spec: { schedule: "@daily", jobTemplate: { spec: { template } } } },
  "batch/v1/Job": { spec: { template } },
  "scheduling.k8s.io/v1/PriorityClass": { value: 1000 },
  "cert-manager.io/v1/Certificate": {
    spec: { secretName: "tls", dnsNames: ["example.org"], issuerRef: { name: "letsencrypt", kind: "ClusterIssuer" } },
  },
  "cert-manager.io/v1/Issuer": { spec: issuerSpec },
  "traefik.io/v1alpha1/IngressRoute": {
    spec: { routes: [{ kind: "Rule", match: "Host(`example.org`)", services: [{ name: "a", port: 80 }] }] },
  },
  "traefik.io/v1alpha1/IngressRouteTCP": {
    spec: { routes: [{ match: "HostSNI(`*`)", services: [{ name: "a", port: 6379 }] }] },
  },
  "traefik.io/v1alpha1/MiddlewareTCP": { spec: { ipAllowList: { sourceRange: ["10.0.0.0/8"] } } },
  "traefik.io/v1alpha1/ServersTransport": { spec: { serverName: "example.org" } },
  "traefik.io/v1alpha1/TLSStore": { spec: { defaultCertificate: { secretName: "tls" } } },
  "traefik.io/v1alpha1/TraefikService": { spec: { weighted: { services: [{ name: "a", port: 80, weight: 1 }] } } },
};

test("schemas/ has exactly the vendored kinds", () => {
  const present = Object.values(schemas).flatMap(({ kinds }) => kinds.map(nameOf));
  expect(present.sort()).toEqual([...new Set(vendoredKinds.map(nameOf))].sort());
});

// Without them an app with a volume or a schedule of its own could not be added offline.
test("every kind kept at hand has an example here", () => {
  expect(spareKinds.map(nameOf).sort()).toEqual(Object.keys(minimal).sort());
});

test.each(spareKinds)("$apiVersion $kind, once in use, has a class and a working validator", ({ apiVersion, kind }) => {
  expect(classes).toContain(`GroupVersionKind = { apiVersion: "${apiVersion}", kind: "${kind}" };`);

  const validators: Record<string, (object: unknown) => boolean> = {};
  compileFunction(imports.get(`validators/${groupOf(apiVersion)}.cjs`) ?? "", ["exports"])(validators);
  const object = { apiVersion, kind, metadata: { name: "a" }, ...minimal[`${apiVersion}/${kind}`] };
  expect(validators[kind]?.(object)).toBe(true);
  expect(validators[kind]?.({ ...object, bogus: 1 })).toBe(false);
});
