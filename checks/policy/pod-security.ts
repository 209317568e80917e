import { breachesOf } from "../pod-security.ts";
import { podTemplates } from "../pods.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "pod-security",
  severity: "error",
  why: "The namespace enforces a Pod Security Standard, and the API server refuses such a pod.",
  fix: "Use restrictedPod and restrictedContainer, or declare for the namespace what it needs and why.",
  check: function* (tree) {
    const levels = new Map(
      tree.namespaces.map(({ name, podSecurity }) => [
        name,
        podSecurity === "restricted" ? podSecurity : podSecurity.level,
      ]),
    );
    for (const pod of podTemplates(tree)) {
      const level = levels.get(pod.namespace);
      if (level === undefined || level === "privileged") continue;
      for (const { field, found } of breachesOf(pod, level)) yield { manifest: pod.manifest, field, found };
    }
  },
});
