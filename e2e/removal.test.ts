import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { StoredObject } from "./harness/kube.ts";
import { measure } from "./harness/measured-times.ts";
import { connectPlatform } from "./harness/platform.ts";
import { waitUntil } from "./harness/wait-until.ts";

interface Claim extends StoredObject {
  readonly status?: { readonly phase: string };
}

const { argocd, copy, folders, kube, push, restore, root, waiting } = connectPlatform();
afterEach(restore);
const name = "notebook";
const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: name, name: `notes-${name}-0` };
const namespace = { apiVersion: "v1", kind: "Namespace", name };
const statefulSet = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: name, name };

// Adding an app is adding one file, and taking it out must not take what people wrote.
test("an app that leaves git is pruned, while its volume and its namespace survive", async () => {
  const source = readFileSync(join(root, "e2e", "apps", `${name}.ts`), "utf8").replaceAll('"../../', '"../');
  copy.write(`charts/${name}.ts`, source);
  await copy.synth();
  await push("a new app");
  await measure(folders.times, "push of a new app to its volume bound", () =>
    waitUntil(
      "the notebook's volume is bound",
      async () => (await kube.get<Claim>(claim))?.status?.phase === "Bound",
      waiting,
    ),
  );
  await argocd.settle(waiting.timeoutMs);
  const uidsBefore = [await kube.get(claim), await kube.get(namespace)].map((one) => one?.metadata.uid);

  copy.remove(`charts/${name}.ts`);
  await copy.synth();
  await push("without the app");
  await measure(folders.times, "push of an app's removal to pruned", () =>
    waitUntil("the notebook is gone", async () => !(await argocd.get(name)) && !(await kube.get(statefulSet)), waiting),
  );
  await argocd.settle(waiting.timeoutMs);

  const uidsAfter = [await kube.get(claim), await kube.get(namespace)].map((one) => one?.metadata.uid);
  expect(uidsAfter).toEqual(uidsBefore);
  expect(uidsAfter).not.toContain(undefined);
});
