import { expect, test } from "vitest";
import type { KubernetesObject } from "../../render/manifest.ts";
import { gainedByProject } from "./project-access.ts";

const base = {
  sourceRepos: ["https://git.example.org/team/*"],
  destinations: [{ server: "https://kubernetes.default.svc", namespace: "team-*" }],
  clusterResourceWhitelist: [{ group: "", kind: "Namespace", name: "team-a" }],
  namespaceResourceWhitelist: [{ group: "apps", kind: "*" }],
};

function project(spec: object): KubernetesObject {
  return {
    apiVersion: "argoproj.io/v1alpha1",
    kind: "AppProject",
    metadata: { name: "team", namespace: "argocd" },
    spec,
  };
}

const place = (namespace: string) => [{ server: "https://kubernetes.default.svc", namespace }];

test.each([
  [
    "an entry inside of a wildcard",
    { sourceRepos: ["https://git.example.org/team/one"], destinations: place("team-a") },
  ],
  ["a narrower wildcard", { destinations: place("team-a-*") }],
  ["a kind inside of a wildcard", { namespaceResourceWhitelist: [{ group: "apps", kind: "Deployment" }] }],
  ["the same entries in another order", { sourceRepos: [...base.sourceRepos, ...base.sourceRepos] }],
  ["nothing any more", { destinations: [], clusterResourceWhitelist: [] }],
])("%s is no gain", (_, changed) => {
  expect(gainedByProject(project(base), project({ ...base, ...changed }))).toEqual([]);
});

test.each([
  ["a wider wildcard", { destinations: place("*") }, "namespace * of https://kubernetes.default.svc"],
  ["a repository beside", { sourceRepos: ["https://git.example.org/*"] }, "https://git.example.org/*"],
  ["any name of a kind", { clusterResourceWhitelist: [{ group: "", kind: "Namespace" }] }, "kind Namespace"],
  ["another kind", { namespaceResourceWhitelist: [{ group: "", kind: "Secret" }] }, "kind Secret"],
  // Argo CD reads an empty list of namespaced kinds as all of them.
  ["no list of kinds", { namespaceResourceWhitelist: [] }, "kind *.*"],
  ["Applications elsewhere", { sourceNamespaces: ["team-a"] }, "Applications in namespace team-a"],
])("%s is a gain", (_, changed, gained) => {
  expect(gainedByProject(project(base), project({ ...base, ...changed }))).toEqual([gained]);
});

test("a denial that goes is a gain, one that comes is none", () => {
  const denied = { ...base, destinations: [...base.destinations, ...place("!team-secret")] };
  expect(gainedByProject(project(base), project(denied))).toEqual([]);
  expect(gainedByProject(project(denied), project(base))).toEqual([
    "no longer denied: https://kubernetes.default.svc !team-secret",
  ]);
});

test("a new project gains all that it allows", () => {
  expect(gainedByProject(undefined, project(base))).toHaveLength(4);
});

// A removed app said that everything was allowed: a project that is not there has no list of kinds either.
test("a project that goes allows nothing", () => {
  expect(gainedByProject(project(base), undefined)).toEqual([]);
});
