import { expect, test } from "vitest";
import { permissionsOf } from "./project.ts";

const server = "https://kubernetes.default.svc";

test("cluster-wide kinds must be listed, by name where the entry has one", () => {
  const { allowsKind } = permissionsOf({
    clusterResourceWhitelist: [
      { group: "", kind: "Namespace", name: "chat-*" },
      { group: "storage.k8s.io", kind: "StorageClass" },
    ],
  });
  expect(allowsKind("", "Namespace", false, "chat-app")).toBe(true);
  expect(allowsKind("", "Namespace", false, "kube-system")).toBe(false);
  expect(allowsKind("storage.k8s.io", "StorageClass", false, "any")).toBe(true);
  expect(allowsKind("", "Node", false, "cp-1")).toBe(false);
});

// Argo CD reads an empty list of namespaced kinds as "all", and one of cluster-wide kinds as "none".
test("without a list every namespaced kind is allowed, and a denied one is not", () => {
  expect(permissionsOf({}).allowsKind("", "Secret", true, "a")).toBe(true);
  expect(permissionsOf({}).allowsKind("", "Namespace", false, "a")).toBe(false);
  const { allowsKind } = permissionsOf({ namespaceResourceBlacklist: [{ group: "*", kind: "*" }] });
  expect(allowsKind("", "Secret", true, "a")).toBe(false);
});

test("wildcards stand for any text, at any place", () => {
  const { allowsRepository, allowsDestination, allowsNamespace } = permissionsOf({
    sourceRepos: ["https://github.com/*/platform.git"],
    destinations: [
      { server, namespace: "team-*" },
      { server, namespace: "*-system" },
    ],
  });
  expect(allowsRepository("https://github.com/a/b/platform.git")).toBe(true);
  expect(allowsRepository("https://github.com/a/platform.git.evil")).toBe(false);
  expect(allowsNamespace("team-a")).toBe(true);
  expect(allowsNamespace("kube-system")).toBe(true);
  expect(allowsNamespace("system")).toBe(false);
  expect(allowsDestination(server, undefined, "team-a")).toBe(true);
  expect(allowsDestination(undefined, "in-cluster", "team-a")).toBe(false);
});
