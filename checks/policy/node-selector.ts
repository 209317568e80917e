import { retiredServerTypes } from "../../config/hetzner.ts";
import { keyed } from "../field.ts";
import { type PodTemplate, podTemplates } from "../pods.ts";
import { defineRule, type Violation } from "../rule.ts";
import type { Tree } from "../tree.ts";

const typeLabel = "node.kubernetes.io/instance-type";

/** Labels whose values the configuration knows, each with those of its servers. */
function known({ environment }: Tree): Readonly<Record<string, readonly string[]>> {
  const { servers, hetzner } = environment;
  return {
    "kubernetes.io/hostname": servers.map(({ name }) => name),
    [typeLabel]: servers.map(({ type }) => type),
    "beta.kubernetes.io/instance-type": servers.map(({ type }) => type),
    "topology.kubernetes.io/region": [hetzner.location],
    "csi.hetzner.cloud/location": [hetzner.location],
    "kubernetes.io/os": ["linux"],
  };
}

export default defineRule({
  id: "node-selector",
  severity: "error",
  why: "No server of the configuration has it, so the pod stays pending for ever.",
  fix: "Select a server, type or location that the environment's file names.",
  check: function* (tree) {
    const values = known(tree);
    for (const pod of podTemplates(tree)) yield* ofPod(pod, values);
  },
});

function* ofPod(
  { manifest, spec, specField }: PodTemplate,
  values: Readonly<Record<string, readonly string[]>>,
): Generator<Violation> {
  for (const [key, value] of Object.entries(spec.nodeSelector ?? {})) {
    if (values[key]?.includes(value) === false) {
      yield { manifest, field: keyed(`${specField}.nodeSelector`, key), found: describe(key, [value]) };
    }
  }
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const [i, { matchExpressions = [] }] of (required?.nodeSelectorTerms ?? []).entries()) {
    for (const [j, { key, operator, values: wanted = [] }] of matchExpressions.entries()) {
      const existing = values[key];
      if (operator !== "In" || existing === undefined || wanted.some((one) => existing.includes(one))) continue;
      const field = `${specField}.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`;
      yield { manifest, field: `${field}.matchExpressions[${j}]`, found: describe(key, wanted) };
    }
  }
}

function describe(key: string, values: readonly string[]): string {
  const isRetired = key.endsWith("instance-type") && values.some((value) => retiredServerTypes.includes(value));
  return `${key}: ${values.join(", ")}${isRetired ? ", which Hetzner no longer sells" : ""}`;
}
