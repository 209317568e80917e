import { drainSeconds, environmentSchema, paths, ports } from "server-chat/contract";
import { expect, test } from "vitest";
import type { KubernetesObject } from "../render/manifest.ts";
import { production, render } from "../test/production.ts";

interface PodSpec {
  terminationGracePeriodSeconds: number;
  containers: {
    envFrom: unknown[];
    env: { name: string; valueFrom: { fieldRef: { fieldPath: string } } }[];
    ports: { name: string; containerPort: number }[];
    lifecycle: { preStop: { sleep: { seconds: number } } };
    volumeMounts: { mountPath: string }[];
    readinessProbe: { httpGet: { path: string; port: string } };
    livenessProbe: { httpGet: { path: string; port: string } };
  }[];
}

const find = (kind: string, changes = {}): KubernetesObject => {
  const found = render(changes).manifests.find(
    ({ object }) => object.kind === kind && object.metadata.name === "chat-server",
  );
  if (!found) throw new Error(`no ${kind} chat-server`);
  return found.object;
};
const template = (changes = {}) =>
  (find("Deployment", changes).spec as { template: { metadata: KubernetesObject["metadata"]; spec: PodSpec } })
    .template;
const [container] = template().spec.containers;
const variables = find("ConfigMap").data as Record<string, string>;

// The server refuses to start on a variable it does not accept, and would ignore one it does not know.
test("the environment is one that the server's contract accepts, and nothing else", () => {
  const parsed = environmentSchema.parse(variables);
  expect(parsed).toMatchObject({
    PORT: ports.http,
    ADMIN_PORT: ports.admin,
    REDIS_MODE: "single",
    ALLOWED_ORIGINS: [`https://${production.domain}`],
  });
  expect(Object.keys(environmentSchema.shape)).toEqual(expect.arrayContaining(Object.keys(variables)));
});

// Every replica would otherwise call itself by the same words, and nobody could tell which one is ill.
test("a replica is told its own name and that of its server", () => {
  const told = Object.fromEntries((container?.env ?? []).map(({ name, valueFrom }) => [name, valueFrom.fieldRef]));
  expect(told).toEqual({ REPLICA: { fieldPath: "metadata.name" }, NODE_NAME: { fieldPath: "spec.nodeName" } });
  expect(Object.keys(environmentSchema.shape)).toEqual(expect.arrayContaining(Object.keys(told)));
});

test("every file that the environment names is mounted", () => {
  const files = Object.entries(variables).filter(([name]) => name.endsWith("_FILE"));
  expect(files).toHaveLength(2);
  for (const [, file] of files)
    expect(container?.volumeMounts.some(({ mountPath }) => file.startsWith(`${mountPath}/`))).toBe(true);
});

test("probes ask the paths and the port that the contract names", () => {
  expect(container?.ports).toEqual(
    expect.arrayContaining(Object.entries(ports).map(([name, containerPort]) => ({ name, containerPort }))),
  );
  expect(container?.readinessProbe.httpGet).toEqual({ path: paths.readyz, port: "admin" });
  expect(container?.livenessProbe.httpGet).toEqual({ path: paths.healthz, port: "admin" });
});

// Otherwise the kubelet kills the server in mid-drain, and every roll-out drops people.
test("the grace period is longer than the pause before SIGTERM and the drain together", () => {
  const pause = container?.lifecycle.preStop.sleep.seconds ?? Number.NaN;
  expect(template().spec.terminationGracePeriodSeconds).toBeGreaterThan(pause + drainSeconds);
});

// A ConfigMap that changes does not restart the pods that read it.
test("another configuration gives another pod template", () => {
  const hash = (changes = {}) => template(changes).metadata.annotations?.["checksum/config"];
  expect(hash()).toMatch(/^[0-9a-f]{64}$/);
  expect(hash({ domain: "chat.example.org" })).not.toBe(hash());
  expect(hash({ chat: { replicas: 3 } })).toBe(hash());
});
