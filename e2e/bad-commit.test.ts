import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { measure } from "./harness/measured-times.ts";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName } from "./harness/rendering.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { addApp, argocd, copy, folders, kube, push, restore, revert, waiting } = connectPlatform();
const app = "chat-server";
const name = "planted";
const folderOf = (one: string) => `dist/${environmentName}/${one}`;

/** What someone with write access to the chat's folder might plant, and why the chat's AppProject refuses it. */
const forbidden = [
  {
    refusal: "rbac.authorization.k8s.io:ClusterRoleBinding is not permitted in project chat-server",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" },
      subjects: [{ kind: "ServiceAccount", name: app, namespace: "chat-app" }],
    },
  },
  {
    refusal: "rbac.authorization.k8s.io:Role is not permitted in project chat-server",
    object: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "Role",
      metadata: { name, namespace: "chat-app" },
      rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }],
    },
  },
  {
    refusal: "namespace argocd is not permitted in project 'chat-server'",
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "argocd" }, data: {} },
  },
] as const;

afterEach(restore);

// The root Application waits for the apps that it creates: one that can never start must not keep the revert out.
test("what is planted is refused by the AppProject, an app without its folder says so, and git revert undoes both", async () => {
  await addApp("leaflet");
  copy.remove(folderOf("leaflet"));
  for (const { object } of forbidden) {
    copy.write(`${folderOf(app)}/${object.kind}.${name}.yaml`, stringify(object));
  }
  const commit = await push("planted objects, and an app whose folder was forgotten");

  const refused = async () => {
    const said = await saidAbout(app);
    return forbidden.every(({ refusal }) => said.includes(refusal));
  };
  await waitUntil("Argo CD names each refusal", refused, waiting);
  const missing = async () => (await saidAbout("leaflet")).includes(`${folderOf("leaflet")}: app path does not exist`);
  await waitUntil("Argo CD names the missing folder", missing, waiting);
  for (const { object } of forbidden) {
    const namespace = "namespace" in object.metadata ? object.metadata.namespace : undefined;
    expect(await kube.get({ apiVersion: object.apiVersion, kind: object.kind, namespace, name })).toBeUndefined();
  }

  await measure(folders.times, "push of git revert to everything well", async () => {
    await revert(commit);
    await argocd.settle(waiting.timeoutMs);
  });
  expect(await argocd.get("leaflet")).toBeUndefined();
});

async function saidAbout(application: string): Promise<string> {
  const { conditions = [], operationState } = (await argocd.get(application))?.status ?? {};
  const resources = operationState?.syncResult?.resources ?? [];
  const messages = [...conditions, ...resources].map(({ message }) => message);
  return [...messages, operationState?.message].join("\n");
}
