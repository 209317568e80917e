import type { Manifest } from "../render/manifest.ts";
import { keyed } from "./field.ts";
import { fieldsOf } from "./kinds.ts";
import type { ContainerSite } from "./pods.ts";
import type { Tree } from "./tree.ts";

/** One setting of Redis and where it is stated. */
export interface Directive {
  readonly value: string;
  readonly manifest: Manifest;
  readonly field: string;
}

/**
 * Settings of a Redis container by name: the lines of its mounted ConfigMaps, then `--name value` of its command line.
 */
export function directivesOf(tree: Tree, { container, field, pod }: ContainerSite): Map<string, Directive> {
  const directives = new Map<string, Directive>();
  for (const { configMap } of pod.spec.volumes ?? []) {
    const manifest = tree.find("ConfigMap", pod.namespace, configMap?.name ?? "");
    const { data = {} } = manifest ? fieldsOf(manifest, "ConfigMap") : {};
    for (const [key, text] of manifest ? Object.entries(data) : []) {
      for (const [, name = "", value = ""] of text.matchAll(/^[ \t]*([a-z][a-z-]*)[ \t]+(.*?)[ \t]*$/gm)) {
        if (manifest) directives.set(name, { value, manifest, field: keyed("data", key) });
      }
    }
  }
  for (const part of ["command", "args"] as const) {
    const words = (container[part] ?? []).flatMap((word) => word.split(/\s+/));
    for (const [i, word] of words.entries()) {
      const value = words[i + 1];
      if (word.startsWith("--") && value !== undefined) {
        directives.set(word.slice(2), { value, manifest: pod.manifest, field: `${field}.${part}` });
      }
    }
  }
  return directives;
}

const factors: Readonly<Record<string, number>> = {
  "": 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** Bytes of a Redis memory amount such as "160mb" (redis.conf: 1k is 1000, 1kb is 1024); 0 for what is none. */
export function parseRedisBytes(text: string): number {
  const match = /^(\d+)([kmg]b?)?$/i.exec(text);
  return match ? Number(match[1]) * (factors[(match[2] ?? "").toLowerCase()] ?? 1) : 0;
}
