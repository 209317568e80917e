import { createHash } from "node:crypto";

/** Annotation of a pod template that changes with its configuration: pods read a ConfigMap only when they start. */
export function configHash(config: Readonly<Record<string, string>>): Record<string, string> {
  const text = JSON.stringify(Object.entries(config).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { "checksum/config": createHash("sha256").update(text).digest("hex") };
}
