import { afterEach, expect, test } from "vitest";
import type { StoredObject } from "./harness/kube.ts";
import { measure } from "./harness/measured-times.ts";
import { connectPlatform } from "./harness/platform.ts";
import { waitUntil } from "./harness/wait-until.ts";

interface Claim extends StoredObject {
  readonly status?: { readonly phase: string };
}

const { addApp, argocd, folders, kube, push, removeApp, restore, waiting } = connectPlatform();
afterEach(restore);
const name = "notebook";
const claim = { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: name, name: `notes-${name}-0` };
const namespace = { apiVersion: "v1", kind: "Namespace", name };
const statefulSet = { apiVersion: "apps/v1", kind: "StatefulSet", namespace: name, name };

// Adding an app is adding one file, and taking it out must not take what people wrote. The namespace that stays is in no
// Application any more: one that called itself OutOfSync for it would hold up every app that comes later.
test("an app that leaves git is pruned, its volume and namespace survive, and a later app still arrives", async () => {
  await addApp(name);
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

  await removeApp(name);
  await push("without the app");
  await measure(folders.times, "push of an app's removal to pruned", () =>
    waitUntil("the notebook is gone", async () => !(await argocd.get(name)) && !(await kube.get(statefulSet)), waiting),
  );
  const synced = async () => (await argocd.get("namespaces"))?.status?.sync?.status === "Synced";
  await waitUntil("the namespace that stays is no difference", synced, waiting);

  await addApp("leaflet");
  await push("a later app");
  const leaflet = { apiVersion: "v1", kind: "ConfigMap", namespace: "chat-app", name: "leaflet" };
  await waitUntil("the later app has arrived", () => kube.get(leaflet), waiting);

  const uidsAfter = [await kube.get(claim), await kube.get(namespace)].map((one) => one?.metadata.uid);
  expect(uidsAfter).toEqual(uidsBefore);
  expect(uidsAfter).not.toContain(undefined);
});
