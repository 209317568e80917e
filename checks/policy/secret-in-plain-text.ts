import { keyed } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { allContainers } from "../pods.ts";
import { defineRule } from "../rule.ts";

/** What is a secret beyond doubt: names of keys prove nothing, so only the values are looked at. */
const shapes: readonly (readonly [what: string, shape: RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a password in a URL", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@$]+@/i],
  ["a GitHub token", /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,})/],
  ["an AWS access key", /\bAKIA[0-9A-Z]{16}\b/],
  ["a password line of Redis", /^\s*(requirepass|masterauth)\s+(?!["']?\$)\S/m],
];

export default defineRule({
  id: "secret-in-plain-text",
  severity: "error",
  why: "Everybody who may read the repository or the namespace has it, and what git has seen once is public for ever.",
  fix: "Put it into a Secret made on the cluster, mount that as a file, and change what stood here.",
  check: function* (tree) {
    for (const manifest of tree.ofKind("ConfigMap")) {
      for (const [key, value] of Object.entries(fieldsOf(manifest, "ConfigMap").data ?? {})) {
        const what = secretIn(value);
        if (what) yield { manifest, field: keyed("data", key), found: `${what} in a ConfigMap` };
      }
    }
    for (const { container, field, pod } of allContainers(tree)) {
      for (const [i, { name, value }] of (container.env ?? []).entries()) {
        const what = secretIn(value);
        if (what) {
          yield { manifest: pod.manifest, field: `${field}.env[${i}].value`, found: `${what} in the variable ${name}` };
        }
      }
      for (const part of ["command", "args"] as const) {
        for (const [i, value] of (container[part] ?? []).entries()) {
          const what = secretIn(value);
          if (what) {
            yield { manifest: pod.manifest, field: `${field}.${part}[${i}]`, found: `${what} in the command line` };
          }
        }
      }
    }
  },
});

function secretIn(value: string | undefined): string | undefined {
  return typeof value === "string" ? shapes.find(([, shape]) => shape.test(value))?.[0] : undefined;
}
