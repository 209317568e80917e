import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { syncWaveAnnotation } from "../constructs/sync-option.ts";
import { readTree } from "../io/read-tree.ts";
import { isWell } from "./harness/argocd.ts";
import { readManifests } from "./harness/manifests.ts";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName } from "./harness/rendering.ts";

const { argocd, copy, repositoryFolder, root, syncRecord } = connectPlatform();
const committed = readManifests(root, environmentName)
  .map(({ object }) => object)
  .filter(({ kind }) => kind === "Application");
const waveByName = new Map(
  committed.map(({ metadata }) => [metadata.name, Number(metadata.annotations?.[syncWaveAnnotation])]),
);

test("every committed Application is Synced and Healthy, and there is no other", async () => {
  const all = await argocd.list();
  expect(all.filter((one) => !isWell(one)).map(({ metadata }) => metadata.name)).toEqual([]);
  expect(all.map(({ metadata }) => metadata.name).sort()).toEqual([...waveByName.keys(), "root"].sort());
});

// An app whose kinds, namespace or network another one brings fails without it: the waves are what orders them.
test("no Application was created before every one of an earlier wave was Synced and Healthy", () => {
  const waves = [...new Set(waveByName.values())].sort((a, b) => a - b);
  expect(waves.length).toBeGreaterThan(3);
  const early = [...waveByName].flatMap(([later, wave]) =>
    [...waveByName]
      .filter(
        ([earlier, otherWave]) =>
          otherWave < wave &&
          !((syncRecord[earlier]?.healthy ?? Number.POSITIVE_INFINITY) < (syncRecord[later]?.created ?? 0)),
      )
      .map(([earlier]) => `${later} (wave ${wave}) was created before ${earlier} was ready`),
  );
  expect(early).toEqual([]);
});

test("Argo CD reads dist/ byte for byte as it lies in the checkout", async () => {
  const folder = `dist/${environmentName}`;
  const inCheckout = [...readTree(root, folder).texts.keys()].map(
    (path) => [path, blobId(readFileSync(join(root, path)))] as const,
  );
  const served = await copy.remoteFiles(repositoryFolder, folder);
  expect(new Map([...served].sort())).toEqual(new Map(inCheckout.sort()));
});

/** The id that git gives to a file of this content. */
function blobId(content: Buffer): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}
