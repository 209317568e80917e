import { expect, test } from "vitest";
import { defineApp, isHelmApp } from "../constructs/app.ts";
import { keepAnnotations, syncOptions } from "../constructs/sync-option.ts";

import { KubeConfigMap } from "../imports/k8s.ts";
import { apps, pins, production, render } from "../test/production.ts";
import { groupOf, type KubernetesObject } from "./manifest.ts";

const rendered = render();
const objects = rendered.manifests.map(({ object }) => object);
const spec = <Spec>(object: KubernetesObject | undefined) => object?.spec as Spec;
const application = (name: string) =>
  objects.find(({ kind, metadata }) => kind === "Application" && metadata.name === name);
const project = (name: string) => objects.find(({ kind, metadata }) => kind === "AppProject" && metadata.name === name);
const enabled = apps.filter(({ app }) => app.enabled?.(production) ?? true).map(({ app }) => app);

// An app without an Application is never deployed, and nothing else notices.
test("every app has exactly one Application and one project of its name", () => {
  expect(enabled.length).toBeGreaterThan(10);
  const named = (kind: string) =>
    objects
      .filter((one) => one.kind === kind)
      .map(({ metadata }) => metadata.name)
      .sort();
  const expected = [...enabled.map(({ name }) => name), "root"].sort();
  expect(named("Application")).toEqual(expected);
  expect(named("AppProject")).toEqual(expected);
});

test("an Application points at its folder or at its pinned chart, in its own project and wave", () => {
  for (const { app, wave } of rendered.apps) {
    const {
      source,
      project: ownProject,
      destination,
    } = spec<{ source: Record<string, unknown>; project: string; destination: unknown }>(application(app.name));
    expect(ownProject).toBe(app.name);
    expect(destination).toEqual({ server: "https://kubernetes.default.svc", namespace: app.namespace });
    expect(application(app.name)?.metadata.annotations?.["argocd.argoproj.io/sync-wave"]).toBe(String(wave));
    if (isHelmApp(app)) {
      const pin = pins.charts[app.helm({ environment: production, pins, declared: rendered }).chart];
      expect(source).toMatchObject({ repoURL: pin.repository, chart: pin.chart, targetRevision: pin.version });
    } else {
      expect(source).toMatchObject({
        repoURL: production.git.repository,
        targetRevision: production.git.branch,
        path: `dist/production/${app.name}`,
      });
      expect(rendered.manifests.some(({ path }) => path.startsWith(`${String(source.path)}/`))).toBe(true);
    }
  }
});

// A project that allows more than its app renders would let a wrong or planted object through.
test("a project allows exactly what its app renders", () => {
  for (const { app, manifests } of rendered.apps.filter(({ release }) => release === undefined)) {
    const {
      namespaceResourceWhitelist = [],
      clusterResourceWhitelist = [],
      destinations,
      sourceRepos,
    } = spec<{
      namespaceResourceWhitelist?: { group: string; kind: string }[];
      clusterResourceWhitelist?: { group: string; kind: string; name: string }[];
      destinations: { namespace: string }[];
      sourceRepos: string[];
    }>(project(app.name));
    const of = (namespaced: boolean) =>
      manifests
        .filter(({ object }) => (object.metadata.namespace !== undefined) === namespaced)
        .map(({ object }) => object);
    const kinds = (list: readonly { group: string; kind: string }[]) =>
      new Set(list.map(({ group, kind }) => `${group}/${kind}`));
    expect(kinds(namespaceResourceWhitelist)).toEqual(
      kinds(of(true).map(({ apiVersion, kind }) => ({ group: groupOf(apiVersion), kind }))),
    );
    expect(clusterResourceWhitelist.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(
      of(false)
        .map(({ kind, metadata }) => `${kind} ${metadata.name}`)
        .sort(),
    );
    expect(new Set(destinations.map(({ namespace }) => namespace))).toEqual(
      new Set([app.namespace, ...of(true).map(({ metadata }) => metadata.namespace)]),
    );
    expect(sourceRepos).toEqual([production.git.repository]);
  }
});

test("no project has a wildcard, except to forbid", () => {
  for (const { metadata } of objects.filter(({ kind }) => kind === "AppProject")) {
    const { namespaceResourceBlacklist: _, ...allowed } = spec<Record<string, unknown>>(project(metadata.name));
    expect(JSON.stringify(allowed)).not.toContain("*");
  }
});

// Argo CD compares sync options as exact strings and ignores the rest.
test("every sync option is one that Argo CD knows", () => {
  for (const { app } of rendered.apps) {
    const { syncPolicy } = spec<{ syncPolicy: { syncOptions: string[] } }>(application(app.name));
    expect(syncOptions).toEqual(expect.arrayContaining(syncPolicy.syncOptions));
  }
});

test("an ignored difference is also respected when Argo CD applies", () => {
  const app = defineApp({
    name: "scaled",
    namespace: "chat-app",
    summary: "an app with a field that somebody else owns",
    dependsOn: [],
    ignoreDifferences: [
      { group: "apps", kind: "Deployment", jsonPointers: ["/spec/replicas"], why: "an autoscaler sets it" },
    ],
    render: (chart) => void new KubeConfigMap(chart, "config", { metadata: { name: "config" } }),
  });
  const manifests = render({}, [{ source: "charts/scaled.ts", app }]).manifests;
  const found = manifests.find(
    ({ object }) => object.kind === "Application" && object.metadata.name === "scaled",
  )?.object;
  expect(spec(found)).toMatchObject({
    ignoreDifferences: [{ group: "apps", kind: "Deployment", jsonPointers: ["/spec/replicas"] }],
    syncPolicy: { syncOptions: expect.arrayContaining(["RespectIgnoreDifferences=true"]) },
  });
});

// They hold what cannot be made again: a namespace that leaves git would take its volumes along.
test("namespaces survive leaving git", () => {
  const namespaces = objects.filter(({ kind }) => kind === "Namespace");
  expect(namespaces.length).toBeGreaterThan(3);
  for (const { metadata } of namespaces) expect(metadata.annotations).toMatchObject(keepAnnotations);
});

test("the root Application lies outside the folder that it syncs and has no finalizer", () => {
  const root = rendered.manifests.find(
    ({ object }) => object.kind === "Application" && object.metadata.name === "root",
  );
  expect(root?.path).toBe("bootstrap/production/30-Application.root.yaml");
  expect(root?.object.metadata).not.toHaveProperty("finalizers");
  expect(spec(root?.object)).toMatchObject({ source: { path: "dist/production/applications" }, project: "root" });
});
