import { afterEach, expect, test } from "vitest";
import { stringify } from "yaml";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName } from "./harness/rendering.ts";
import { waitUntil } from "./harness/wait-until.ts";

const { argocd, copy, kube, push, restore, waiting } = connectPlatform();
const app = "chat-server";
const name = "planted";

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

test("what is planted in the chat's folder is refused by its AppProject, with the reason", async () => {
  for (const { object } of forbidden) {
    copy.write(`dist/${environmentName}/${app}/${object.kind}.${name}.yaml`, stringify(object));
  }
  await push("planted objects");
  const refused = async () => {
    const said = await saidAbout(app);
    return forbidden.every(({ refusal }) => said.includes(refusal));
  };
  await waitUntil("Argo CD names each refusal", refused, waiting);
  for (const { object } of forbidden) {
    const namespace = "namespace" in object.metadata ? object.metadata.namespace : undefined;
    expect(await kube.get({ apiVersion: object.apiVersion, kind: object.kind, namespace, name })).toBeUndefined();
  }
});

async function saidAbout(application: string): Promise<string> {
  const { conditions = [], operationState } = (await argocd.get(application))?.status ?? {};
  const resources = operationState?.syncResult?.resources ?? [];
  const messages = [...conditions, ...resources].map(({ message }) => message);
  return [...messages, operationState?.message].join("\n");
}
