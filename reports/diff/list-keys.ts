import type { NetworkPolicyPeer } from "../../checks/kinds.ts";
import { showSelector } from "../../checks/labels.ts";
import { namespaceNameLabel } from "../../checks/namespaces.ts";
import type { Step } from "./field-change.ts";
import { fieldOf } from "./field-change.ts";
import { entry } from "./object-field.ts";

type Item = Readonly<Record<string, unknown>>;

/** How the items of a list are told apart. */
interface ListShape {
  /** Key of an item; two items of one key are told apart by their turn. Undefined: not an item of such a list. */
  readonly keyOf: (item: unknown) => string | undefined;
  /** Whether the list means the same in another order. */
  readonly unordered: boolean;
}

/** Lists by name, as Kubernetes and Argo CD declare their keys (API reference, `listMapKey` and `patchMergeKey`). */
const byFields: Readonly<Record<string, readonly string[]>> = {
  clusterResourceBlacklist: ["group", "kind", "name"],
  clusterResourceWhitelist: ["group", "kind", "name"],
  containers: ["name"],
  destinations: ["server", "name", "namespace"],
  env: ["name"],
  ephemeralContainers: ["name"],
  hostAliases: ["ip"],
  ignoreDifferences: ["group", "kind", "namespace", "name"],
  imagePullSecrets: ["name"],
  initContainers: ["name"],
  items: ["key"],
  limits: ["type"],
  matchExpressions: ["key", "operator"],
  namespaceResourceBlacklist: ["group", "kind"],
  namespaceResourceWhitelist: ["group", "kind"],
  paths: ["path"],
  roles: ["name"],
  subjects: ["kind", "namespace", "name"],
  sysctls: ["name"],
  tls: ["secretName"],
  topologySpreadConstraints: ["topologyKey", "whenUnsatisfiable"],
  versions: ["name"],
  volumeDevices: ["devicePath"],
  volumeMounts: ["mountPath"],
  volumes: ["name"],
  webhooks: ["name"],
};

/** Lists of plain values that are sets. */
const sets: ReadonlySet<string> = new Set([
  "accessModes",
  "add",
  "apiGroups",
  "drop",
  "except",
  "externalIPs",
  "finalizers",
  "hosts",
  "jqPathExpressions",
  "jsonPointers",
  "loadBalancerSourceRanges",
  "matchLabelKeys",
  "nonResourceURLs",
  "policies",
  "policyTypes",
  "resourceNames",
  "resources",
  "scopes",
  "sourceNamespaces",
  "sourceRepos",
  "syncOptions",
  "values",
  "verbs",
]);

/** Lists whose items have no key of their own, but a part that stays when the rest of them changes. */
const byPart: Readonly<Record<string, (item: Item) => string>> = {
  egress: ({ to }) => `to ${peers(to)}`,
  envFrom: ({ configMapRef, secretRef, prefix }) => canonical([configMapRef, secretRef, prefix]),
  from: peer,
  ingress: ({ from }) => `from ${peers(from)}`,
  ports: ({ port, containerPort, endPort, protocol }) =>
    `${port ?? containerPort ?? "any"}${endPort === undefined ? "" : `-${endPort}`}/${protocol ?? "TCP"}`,
  rules: ({ host, apiGroups, resources, resourceNames, nonResourceURLs }) =>
    apiGroups === undefined && nonResourceURLs === undefined
      ? String(host ?? "any host")
      : [apiGroups, resources, resourceNames, nonResourceURLs]
          .filter((part) => part !== undefined)
          .map(list)
          .join(" "),
  to: peer,
  tolerations: canonical,
  volumeClaimTemplates: ({ metadata }) => String((metadata as Item | undefined)?.name),
};

/** Groups whose lists are known by their names; anybody's custom resource may mean something else by `rules`. */
const knownGroup = /^(v1|(apps|autoscaling|batch|policy|argoproj\.io|[a-z.]+\.k8s\.io)\/.*)$/;

/**
 * The shape of the list at a path. Lists in free-form values (of a Helm chart, of somebody's custom resource) have no
 * known shape, and their order counts. So does the order in a pod template: another order is another template, and
 * Kubernetes replaces the pods (kubernetes v1.36 pkg/controller/deployment/util, EqualIgnoreHash).
 */
export function shapeOf(apiVersion: string, path: readonly Step[]): ListShape | undefined {
  const name = path.at(-1);
  if (typeof name !== "string" || !knownGroup.test(apiVersion) || path.includes("valuesObject")) return undefined;
  const unordered = !/(^|\.)template\.spec\./.test(fieldOf(path)) && name !== "initContainers";
  if (sets.has(name)) return { keyOf: (item) => (typeof item === "object" ? undefined : String(item)), unordered };
  const fields = entry(byFields, name);
  const part = entry(byPart, name) ?? (fields && ((item: Item) => fields.map((field) => item[field] ?? "").join("/")));
  if (part === undefined) return undefined;
  return { keyOf: (item) => (isItem(item) ? part(item).replaceAll(/^\/+|\/+$/g, "") : undefined), unordered };
}

export interface Keys {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly unordered: boolean;
}

/**
 * Keys for the items of both sides, each unique on its side: by the shape, else by the name that every item has, else by
 * position where the lists have one length, else by the whole item.
 */
export function keysOf(shape: ListShape | undefined, before: readonly unknown[], after: readonly unknown[]): Keys {
  const all = [...before, ...after];
  if (shape && all.every((item) => shape.keyOf(item) !== undefined)) {
    return keysBy((item) => shape.keyOf(item) ?? "", before, after, shape.unordered);
  }
  if (all.every((item) => isItem(item) && typeof item.name === "string")) {
    return keysBy((item) => String((item as Item).name), before, after, false);
  }
  if (before.length === after.length && all.every(isItem)) {
    const positions = before.map((_, position) => String(position));
    return { before: positions, after: positions, unordered: false };
  }
  return keysBy(canonical, before, after, false);
}

function keysBy(
  keyOf: (item: unknown) => string,
  before: readonly unknown[],
  after: readonly unknown[],
  unordered: boolean,
): Keys {
  const unique = (items: readonly unknown[]) => {
    const turns = new Map<string, number>();
    return items.map((item) => {
      const key = keyOf(item);
      const turn = (turns.get(key) ?? 0) + 1;
      turns.set(key, turn);
      return turn === 1 ? key : `${key} #${turn}`;
    });
  };
  return { before: unique(before), after: unique(after), unordered };
}

/** A value as one line, with its fields in the order of their names: equal for equal values. */
export function canonical(value: unknown): string {
  return (
    JSON.stringify(value, (_, field: unknown) =>
      isItem(field) ? Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1))) : field,
    ) ?? "nothing"
  );
}

function peers(value: unknown): string {
  return Array.isArray(value) && value.length > 0 ? value.map(peer).join(" or ") : "everywhere";
}

/** A peer of a NetworkPolicy: its block, or `pods in namespaces`. */
function peer(value: unknown): string {
  const { ipBlock, podSelector, namespaceSelector } = value as NetworkPolicyPeer;
  if (ipBlock) return ipBlock.cidr;
  const name = namespaceSelector?.matchLabels?.[namespaceNameLabel];
  return `${showSelector(podSelector)} in ${name ?? (namespaceSelector ? showSelector(namespaceSelector) : "its namespace")}`;
}

function list(value: unknown): string {
  return Array.isArray(value) ? value.map((one) => (one === "" ? "core" : String(one))).join(",") : String(value);
}

function isItem(value: unknown): value is Item {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
