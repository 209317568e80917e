import { expect, test } from "vitest";
import { risksOf } from "../../../test/risks-of.ts";

const own = "https://example.com/platform.git";
const other = "https://example.com/other.git";

function application(name: string, project: string, source: object) {
  const spec = {
    project,
    source,
    destination: { namespace: "kube-system" },
    syncPolicy: { automated: { prune: true } },
  };
  const metadata = { name, namespace: "argocd" };
  return { apiVersion: "argoproj.io/v1alpha1", kind: "Application", metadata, spec };
}

const project = {
  apiVersion: "argoproj.io/v1alpha1",
  kind: "AppProject",
  metadata: { name: "default", namespace: "argocd" },
  spec: { sourceRepos: [own], destinations: [], clusterResourceWhitelist: [], namespaceResourceWhitelist: [] },
};
const git = (repoURL: string) => ({ repoURL, path: "dist/production/one" });
const chart = { repoURL: "https://example.com/charts", chart: "one" };
const root = application("root", "root", git(own));
const idsOf = (before: Parameters<typeof risksOf>[0], after: Parameters<typeof risksOf>[1]) =>
  risksOf(before, after, "applications").map(({ id }) => id);

// Argo CD makes the project `default` itself, and it permits everything.
test.each([
  ["in a project of its own", application("one", "one", git(own)), []],
  ["of a chart", application("one", "one", chart), []],
  ["in the project that permits everything", application("one", "default", git(own)), ["widens-access"]],
  ["that follows another repository", application("one", "one", git(other)), ["changes-sync"]],
  ["of both", application("one", "default", git(other)), ["changes-sync", "widens-access"]],
])("a new Application %s", (_, added, risks) => {
  expect(idsOf([root], [root, added]).sort()).toEqual(risks);
});

test("an Application that moves to the project that permits everything", () => {
  const [before, after] = [application("one", "one", git(own)), application("one", "default", git(own))];
  expect(idsOf([before], [after])).toContain("widens-access");
});

test("a project `default` that git restricts is a project like others", () => {
  expect(idsOf([root, project], [root, project, application("one", "default", git(own))])).toEqual([]);
});
