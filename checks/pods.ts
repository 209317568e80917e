import type { Manifest } from "../render/manifest.ts";
import type { PodTemplateFields } from "./kinds.ts";
import { selects } from "./labels.ts";
import type { Container, LabelSelector, PodSpec, StringMap } from "./pod-spec.ts";
import { oncePerTree, type Tree } from "./tree.ts";

/** The pods that one object starts. */
export interface PodTemplate {
  readonly manifest: Manifest;
  readonly namespace: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly spec: PodSpec;
  /** Field of the pod's spec in the object, such as `spec.template.spec`. */
  readonly specField: string;
  /** Field of the pod's metadata, such as `spec.template.metadata`. */
  readonly metadataField: string;
  /** Whether the pods are meant to run for ever: those of a Job end by themselves. */
  readonly endless: boolean;
}

export interface ContainerSite {
  readonly pod: PodTemplate;
  readonly container: Container;
  /** Field of the container in the object, such as `spec.template.spec.containers[0]`. */
  readonly field: string;
  readonly role: "main" | "init" | "sidecar" | "ephemeral";
}

/** Where the kinds that start pods keep the template. */
const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Deployment: ["spec", "template"],
  StatefulSet: ["spec", "template"],
  DaemonSet: ["spec", "template"],
  ReplicaSet: ["spec", "template"],
  Job: ["spec", "template"],
  CronJob: ["spec", "jobTemplate", "spec", "template"],
  Pod: [],
};

const index = oncePerTree((tree) => {
  const all: PodTemplate[] = [];
  const byKey = new Map<string, PodTemplate[]>();
  for (const [kind, path] of Object.entries(templatePaths)) {
    for (const manifest of tree.ofKind(kind)) {
      const pod = templateOf(manifest, path);
      all.push(pod);
      const keys = [
        pod.namespace,
        ...Object.entries(pod.labels).map(([key, value]) => `${pod.namespace} ${key}=${value}`),
      ];
      for (const key of keys) {
        const list = byKey.get(key);
        if (list) list.push(pod);
        else byKey.set(key, [pod]);
      }
    }
  }
  return { all, byKey };
});

function templateOf(manifest: Manifest, path: readonly string[]): PodTemplate {
  let template: unknown = manifest.object;
  for (const part of path) template = (template as Readonly<Record<string, unknown>> | undefined)?.[part];
  const { metadata = {}, spec = {} } = (template ?? {}) as PodTemplateFields;
  const field = path.map((part) => `${part}.`).join("");
  const { kind } = manifest.object;
  return {
    manifest,
    namespace: manifest.object.metadata.namespace ?? "",
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    spec,
    specField: `${field}spec`,
    metadataField: `${field}metadata`,
    endless: kind !== "Job" && kind !== "CronJob",
  };
}

/** Every pod template that is rendered. */
export function podTemplates(tree: Tree): readonly PodTemplate[] {
  return index(tree).all;
}

/** The rendered pod templates of a namespace that a selector selects, without walking through the others. */
export function selectedPods(
  tree: Tree,
  namespace: string,
  selector: LabelSelector | undefined,
): readonly PodTemplate[] {
  if (selector === undefined) return [];
  const { byKey } = index(tree);
  let candidates = byKey.get(namespace) ?? [];
  for (const [key, value] of Object.entries(selector.matchLabels ?? {})) {
    const narrower = byKey.get(`${namespace} ${key}=${value}`) ?? [];
    if (narrower.length < candidates.length) candidates = narrower;
  }
  return candidates.filter(({ labels }) => selects(selector, labels));
}

/** All containers of a pod, in the order in which the object lists them. */
export function containersOf(pod: PodTemplate): ContainerSite[] {
  const { spec, specField } = pod;
  const sites = (
    list: readonly Container[] | undefined,
    name: string,
    roleOf: (container: Container) => ContainerSite["role"],
  ) =>
    (list ?? []).map((container, at) => ({
      pod,
      container,
      field: `${specField}.${name}[${at}]`,
      role: roleOf(container),
    }));
  return [
    ...sites(spec.initContainers, "initContainers", ({ restartPolicy }) =>
      restartPolicy === "Always" ? "sidecar" : "init",
    ),
    ...sites(spec.containers, "containers", () => "main"),
    ...sites(spec.ephemeralContainers, "ephemeralContainers", () => "ephemeral"),
  ];
}

/** Every container of every rendered pod. */
export const allContainers = oncePerTree((tree): readonly ContainerSite[] => podTemplates(tree).flatMap(containersOf));
