import { expect, test } from "vitest";
import { render } from "../test/production.ts";
import { assertDistinct, fileName } from "./layout.ts";
import type { KubernetesObject, Manifest } from "./manifest.ts";

const manifest = (object: KubernetesObject, constructPath: string): Manifest => ({
  app: "chat",
  source: "charts/chat.ts",
  constructPath,
  path: `dist/production/chat/${fileName(object)}`,
  object,
});
const object = (kind: string, name: string, namespace?: string, apiVersion = "v1"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
});

test("a file is named after kind, namespace and name", () => {
  expect(fileName(object("ConfigMap", "settings", "chat-app"))).toBe("ConfigMap.chat-app.settings.yaml");
  expect(fileName(object("ClusterRole", "system:chat"))).toBe("ClusterRole.system_chat.yaml");
});

test("the same name in two namespaces gives two files", () => {
  expect(() =>
    assertDistinct([manifest(object("ConfigMap", "a", "x"), "one"), manifest(object("ConfigMap", "a", "y"), "two")]),
  ).not.toThrow();
});

test("one object rendered twice is refused with both constructs", () => {
  const twice = () =>
    assertDistinct([manifest(object("ConfigMap", "a", "x"), "one"), manifest(object("ConfigMap", "a", "x"), "two")]);
  expect(twice).toThrow("charts/chat.ts (one) and charts/chat.ts (two) both render v1 ConfigMap x/a");
});

// A checkout on a disk without regard to case would keep one of the two, and Argo CD would prune the other's object.
test("two objects whose files differ only in case are refused", () => {
  expect(() =>
    assertDistinct([
      manifest(object("ConfigMap", "a", "x"), "one"),
      manifest(object("Configmap", "a", "x", "v2"), "two"),
    ]),
  ).toThrow("would both be written to");
});

test("two API groups with the same kind and name do not share a file unnoticed", () => {
  expect(() =>
    assertDistinct([
      manifest(object("Ingress", "a", "x", "networking.k8s.io/v1"), "one"),
      manifest(object("Ingress", "a", "x", "example.org/v1"), "two"),
    ]),
  ).toThrow("would both be written to");
});

test("every rendered file lies in the folder of its app and is named after its object", () => {
  const { manifests } = render();
  expect(manifests.length).toBeGreaterThan(50);
  for (const { app, path, object: one } of manifests.filter((entry) => entry.path.startsWith("dist/")))
    expect(path).toBe(`dist/production/${app}/${fileName(one)}`);
});
