import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { readTree } from "../../io/read-tree.ts";
import type { KubernetesObject } from "../../render/manifest.ts";

/** A rendered file of the checkout and the object in it. */
export interface CommittedManifest {
  /** Relative to the checkout. */
  readonly path: string;
  readonly object: KubernetesObject;
}

/** Every manifest under dist/<environment>. Throws on an empty folder: nothing would be tested. */
export function readManifests(root: string, environment: string): CommittedManifest[] {
  const { texts } = readTree(root, `dist/${environment}`);
  if (texts.size === 0) throw new Error(`dist/${environment} is empty: run \`npm run synth\` first`);
  return [...texts].map(([path, text]) => ({ path, object: parse(text) as KubernetesObject }));
}

/** What bootstrap applies, in the order of the numbers in the file names. */
export function readBootstrap(root: string, environment: string): CommittedManifest[] {
  const folder = `bootstrap/${environment}`;
  return readdirSync(join(root, folder))
    .sort()
    .map((file) => ({
      path: `${folder}/${file}`,
      object: parse(readFileSync(join(root, folder, file), "utf8")) as KubernetesObject,
    }));
}
