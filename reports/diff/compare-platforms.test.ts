import { expect, test } from "vitest";
import type { KubernetesObject } from "../../render/manifest.ts";
import { formatYaml } from "../../render/yaml.ts";
import type { CommittedFile } from "./committed-object.ts";
import { comparePlatforms } from "./compare-platforms.ts";

const sides = { before: "before", after: "after" };

interface State {
  readonly [path: string]: KubernetesObject | undefined;
}

function compare(before: State, after: State) {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  const text = (object: KubernetesObject | undefined) => object && formatYaml(object);
  const files: CommittedFile[] = [...paths].map((path) => ({
    path,
    before: text(before[path]),
    after: text(after[path]),
  }));
  return comparePlatforms(files, sides);
}

const risksOf = (before: State, after: State) =>
  compare(before, after).map(({ path, risks }) => [path.split("/").at(-1), ...risks.map(({ id }) => id)]);

const folder = "dist/production/team";
const claimPath = `${folder}/PersistentVolumeClaim.a.one.yaml`;
const applicationPath = "dist/production/applications/Application.argocd.team.yaml";

function claim(annotations: Record<string, string> = {}): KubernetesObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name: "one", namespace: "a", annotations },
    spec: {},
  };
}

function application({ prune = true, finalizers = ["resources-finalizer.argocd.argoproj.io"] } = {}): KubernetesObject {
  const metadata = { name: "team", namespace: "argocd", finalizers };
  const spec = { source: { path: folder }, syncPolicy: { automated: { prune } } };
  return { apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata, spec };
}

const syncOptions = (text: string) => ({ "argocd.argoproj.io/sync-options": text });

test("two equal states differ in nothing", () => {
  expect(compare({ [claimPath]: claim() }, { [claimPath]: claim() })).toEqual([]);
});

// The first annotation comes with the map around it, and matters as much as the second.
test.each([
  ["argocd.argoproj.io/sync-wave", "9"],
  ["argocd.argoproj.io/sync-options", "Force=true,Replace=true"],
])("an only annotation that comes or goes is judged: %s", (name, value) => {
  const { metadata, ...rest } = claim();
  const without = { ...rest, metadata: { name: metadata.name, namespace: "a" } };
  const withIt = claim({ [name]: value });
  expect(risksOf({ [claimPath]: without }, { [claimPath]: withIt })[0]).toContain("changes-sync");
  expect(risksOf({ [claimPath]: withIt }, { [claimPath]: without })[0]).toContain("changes-sync");
});

// Whether Argo CD deletes it decides between an outage and a line that nobody has to read.
test.each([
  ["its Application prunes", claim(), application(), application(), "deletes-data"],
  [
    "its Application does not prune",
    claim(),
    application({ prune: false }),
    application({ prune: false }),
    "nothing-happens",
  ],
  ["Prune=false", claim(syncOptions("Prune=false")), application(), application(), "nothing-happens"],
  ["Delete=false is not for pruning", claim(syncOptions("Delete=false")), application(), application(), "deletes-data"],
  ["its Application goes with a finalizer", claim(), application(), undefined, "deletes-data"],
  [
    "its Application goes, Delete=false",
    claim(syncOptions("Delete=false")),
    application(),
    undefined,
    "nothing-happens",
  ],
  ["its Application goes without a finalizer", claim(), application({ finalizers: [] }), undefined, "nothing-happens"],
])("a claim that left git, and %s", (_, object, before, after, risk) => {
  const found = risksOf({ [claimPath]: object, [applicationPath]: before }, { [applicationPath]: after });
  expect(found.find(([file]) => file === "PersistentVolumeClaim.a.one.yaml")?.[1]).toBe(risk);
});

test("an Application that goes names what its chart may take along", () => {
  const metadata = { name: "team", namespace: "argocd", finalizers: ["resources-finalizer.argocd.argoproj.io"] };
  const chart = {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata,
    spec: { source: { chart: "postgres" } },
  };
  const project = (kind: string): KubernetesObject => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "team", namespace: "argocd" },
    spec: { namespaceResourceWhitelist: [{ group: "", kind }] },
  });
  const projectPath = "dist/production/applications/AppProject.argocd.team.yaml";
  const remove = (kind: string) =>
    risksOf({ [applicationPath]: chart, [projectPath]: project(kind) }, { [projectPath]: project(kind) });
  expect(remove("PersistentVolumeClaim")).toEqual([["Application.argocd.team.yaml", "deletes-data", "deletes-object"]]);
  expect(remove("ConfigMap")).toEqual([["Application.argocd.team.yaml", "deletes-object"]]);
});

// One Application deletes what the other makes anew: a volume does not survive that.
test("an object that moves to another app is deleted and made anew, one that moves within its app is neither", () => {
  const elsewhere = "dist/production/other/PersistentVolumeClaim.a.one.yaml";
  expect(risksOf({ [claimPath]: claim() }, { [elsewhere]: claim() })).toEqual([
    ["PersistentVolumeClaim.a.one.yaml"],
    ["PersistentVolumeClaim.a.one.yaml", "deletes-data", "deletes-object"],
  ]);
  const renamed = `${folder}/PersistentVolumeClaim.A.one.yaml`;
  expect(risksOf({ [claimPath]: claim() }, { [renamed]: claim() })).toEqual([
    ["PersistentVolumeClaim.A.one.yaml", "nothing-happens"],
  ]);
});

function workload(kind: string, image: string, spec: object): KubernetesObject {
  const template = { spec: { containers: [{ name: "a", image }] } };
  return { apiVersion: "apps/v1", kind, metadata: { name: "one", namespace: "a" }, spec: { ...spec, template } };
}

test.each([
  ["Deployment", {}, ["restarts-pods"]],
  [
    "Deployment",
    { strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } },
    ["interrupts-service", "restarts-pods"],
  ],
  ["Deployment", { replicas: 2, strategy: { rollingUpdate: { maxUnavailable: "50%" } } }, ["restarts-pods"]],
  ["Deployment", { replicas: 2, strategy: { type: "Recreate" } }, ["interrupts-service", "restarts-pods"]],
  ["Deployment", { replicas: 0, strategy: { type: "Recreate" } }, []],
  ["Deployment", { paused: true }, []],
  ["StatefulSet", {}, ["interrupts-service", "restarts-pods"]],
  ["StatefulSet", { replicas: 3 }, ["restarts-pods"]],
  ["StatefulSet", { updateStrategy: { type: "OnDelete" } }, []],
  ["DaemonSet", {}, ["restarts-pods"]],
])("a new image of a %s with %j", (kind, spec, risks) => {
  const path = `${folder}/${kind}.a.one.yaml`;
  const [found] = risksOf({ [path]: workload(kind, "one", spec) }, { [path]: workload(kind, "two", spec) });
  expect(found?.slice(1)).toEqual(risks);
});

// A StatefulSet under a new name begins empty: nobody looks at the old claims again.
test("a StatefulSet that goes leaves its claims out of reach, one that moves to another app takes them along", () => {
  const spec = { volumeClaimTemplates: [{ metadata: { name: "data" } }] };
  const path = `${folder}/StatefulSet.a.one.yaml`;
  const set = workload("StatefulSet", "one", spec);
  const removed = ["StatefulSet.a.one.yaml", "deletes-data", "deletes-object", "interrupts-service"];
  expect(risksOf({ [path]: set }, {})).toEqual([removed]);
  expect(risksOf({ [path]: workload("StatefulSet", "one", {}) }, {})).toEqual([
    removed.filter((one) => one !== "deletes-data"),
  ]);
  const renamed: KubernetesObject = { ...set, metadata: { name: "two", namespace: "a" } };
  expect(risksOf({ [path]: set }, { [`${folder}/StatefulSet.a.two.yaml`]: renamed })).toContainEqual(removed);
  expect(risksOf({ [path]: set }, { "dist/production/other/StatefulSet.a.one.yaml": set })).toContainEqual(
    removed.filter((one) => one !== "deletes-data"),
  );
});

// Whoever takes a middleware away may take a login or a limit away; what it keeps out, only its author knows.
test("a request that no longer passes a middleware reaches what it could not", () => {
  const path = `${folder}/Ingress.a.one.yaml`;
  const ingress = (middlewares: string | undefined): KubernetesObject => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "one",
      namespace: "a",
      annotations: middlewares === undefined ? {} : { "traefik.ingress.kubernetes.io/router.middlewares": middlewares },
    },
    spec: {},
  });
  const change = (before: string | undefined, after: string | undefined) =>
    compare({ [path]: ingress(before) }, { [path]: ingress(after) })[0]?.risks;
  const found = [{ id: "exposes-port", why: "requests no longer pass a-login@kubernetescrd" }];
  expect(change("a-limit@kubernetescrd, a-login@kubernetescrd", "a-limit@kubernetescrd")).toEqual(found);
  expect(change("a-login@kubernetescrd", undefined)).toEqual(found);
  expect(change(undefined, "a-login@kubernetescrd")).toEqual([]);
  expect(change("a@file,b@file", "b@file,a@file")).toEqual([]);
});

test("an autoscaler's least number of pods is what may be left", () => {
  const path = `${folder}/Deployment.a.one.yaml`;
  const scaler = (minReplicas: number): State => ({
    [`${folder}/HorizontalPodAutoscaler.a.one.yaml`]: {
      apiVersion: "autoscaling/v2",
      kind: "HorizontalPodAutoscaler",
      metadata: { name: "one", namespace: "a" },
      spec: { scaleTargetRef: { kind: "Deployment", name: "one" }, minReplicas },
    },
  });
  const spec = { strategy: { rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } } };
  const change = (minReplicas: number) =>
    risksOf(
      { [path]: workload("Deployment", "one", spec), ...scaler(minReplicas) },
      { [path]: workload("Deployment", "two", spec), ...scaler(minReplicas) },
    )[0]?.slice(1);
  expect(change(1)).toEqual(["interrupts-service", "restarts-pods"]);
  expect(change(2)).toEqual(["restarts-pods"]);
});

test("what is refused says how to proceed", () => {
  const path = `${folder}/StatefulSet.a.one.yaml`;
  const set = (serviceName: string) => workload("StatefulSet", "one", { serviceName });
  const [change] = compare({ [path]: set("a") }, { [path]: set("b") });
  expect(change?.risks).toEqual([
    {
      id: "immutable-field",
      why: "spec.serviceName cannot change: Argo CD will fail",
      remedy: expect.stringContaining("kubectl delete statefulset one --namespace a --cascade=orphan") as unknown,
    },
  ]);
});

// What a fork writes is read too: a name that JavaScript knows must be a name like others.
test.each(["constructor", "__proto__", "toString"])("an object of kind, name and field %s is compared", (word) => {
  const path = `${folder}/${word}.yaml`;
  const object = (value: string): KubernetesObject => ({
    apiVersion: "v1",
    kind: word,
    metadata: { name: word },
    ...(JSON.parse(`{"spec":{"${word}":"${value}"}}`) as object),
  });
  const [change] = compare({ [path]: object("one") }, { [path]: object("two") });
  expect(change?.fields).toMatchObject([{ before: "one", after: "two" }]);
  const [added] = compare({ [path]: { ...object("one"), spec: {} } }, { [path]: object("two") });
  expect(added?.fields).toMatchObject([{ before: undefined, after: "two" }]);
});

test.each([
  ["no YAML", "a: [1"],
  ["a list", "- 1"],
  ["an object without a name", "apiVersion: v1\nkind: Pod\nmetadata: {}"],
  [
    "a bomb of aliases",
    `a: &a [x, x, x, x]\nb: &b [${"*a,".repeat(20)}]\nc: &c [${"*b,".repeat(20)}]\nd: [${"*c,".repeat(20)}]`,
  ],
])("%s is refused by its path", (_, text) => {
  const files = [{ path: claimPath, before: undefined, after: text }];
  expect(() => comparePlatforms(files, sides)).toThrow(`${claimPath} (after) cannot be read`);
});

// A namespace that is new is as open as one whose label was taken away.
test.each([
  ["no level", undefined, ["widens-access"]],
  ["the level privileged", "privileged", ["widens-access"]],
  ["the level restricted", "restricted", []],
])("a new namespace with %s", (_, level, risks) => {
  const labels: Record<string, string> = level === undefined ? {} : { "pod-security.kubernetes.io/enforce": level };
  const namespace: KubernetesObject = { apiVersion: "v1", kind: "Namespace", metadata: { name: "new", labels } };
  expect(risksOf({}, { [`${folder}/Namespace.new.yaml`]: namespace })).toEqual([["Namespace.new.yaml", ...risks]]);
});

const statefulSet = (mounts: readonly object[]): KubernetesObject => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name: "one", namespace: "a" },
  spec: {
    template: {
      spec: { containers: [{ name: "one", volumeMounts: mounts }], volumes: [{ name: "tmp", emptyDir: {} }] },
    },
    volumeClaimTemplates: [{ metadata: { name: "data" } }],
  },
});

// The program then writes into the container's own file system, which goes with the pod.
test.each([
  ["is gone", [{ name: "tmp", mountPath: "/tmp" }], true],
  [
    "is elsewhere",
    [
      { name: "data", mountPath: "/var" },
      { name: "tmp", mountPath: "/tmp" },
    ],
    true,
  ],
  [
    "shows a part of it",
    [
      { name: "data", mountPath: "/data", subPath: "b" },
      { name: "tmp", mountPath: "/tmp" },
    ],
    true,
  ],
  ["stays, and another volume's goes", [{ name: "data", mountPath: "/data" }], false],
])("the mount of a claim %s", (_, mounts, loses) => {
  const path = `${folder}/StatefulSet.a.one.yaml`;
  const before = statefulSet([
    { name: "data", mountPath: "/data" },
    { name: "tmp", mountPath: "/tmp" },
  ]);
  expect(risksOf({ [path]: before }, { [path]: statefulSet(mounts) })[0]?.includes("deletes-data")).toBe(loses);
});
