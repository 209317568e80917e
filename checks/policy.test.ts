import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type Environment, environmentSchema } from "../config/environment.ts";
import production from "../config/environments/production.ts";
import { parsePins, releasedImages } from "../config/pins.ts";
import { versions } from "../config/versions.ts";
import type { AppDefinition, HelmRelease, NamespaceDeclaration, PlatformPins } from "../constructs/app.ts";
import type { Flow } from "../constructs/flow.ts";
import { validatorFor } from "../imports/validators.ts";
import { loadRules } from "../io/load-rules.ts";
import { bootstrapPath } from "../render/bootstrap.ts";
import { appFolder, applicationsFolder, fileName } from "../render/layout.ts";
import type { KubernetesObject, Manifest } from "../render/manifest.ts";
import type { Planned, RenderedEnvironment } from "../render/rendered.ts";
import type { Rule } from "./rule.ts";
import { createTree } from "./tree.ts";

const root = join(import.meta.dirname, "..");
const rules = await loadRules(root);

const kubernetesObject = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});
const objects = z.array(kubernetesObject).default([]);

/** An app of an example: what a rule reads of it. Its objects lie in the app's folder of dist/. */
const app = z.strictObject({
  name: z.string(),
  namespace: z.string().default("chat-app"),
  wave: z.int().default(0),
  dependsOn: z.array(z.string()).default([]),
  syncOptions: z.array(z.string()).optional(),
  release: z
    .strictObject({
      chart: z.string(),
      values: z.looseObject({}).default({}),
      workloads: z.array(z.looseObject({ name: z.string() })).default([]),
      creates: z.looseObject({}).default({}),
    })
    .optional(),
  objects,
});

/** One case of an examples file. Everything that is not stated is as in production. */
const example = z.strictObject({
  name: z.string(),
  /** Whether the rule reports anything. */
  fires: z.boolean(),
  /** Exactly the fields that it reports, in any order: it must not fire for another reason. */
  fields: z.array(z.string()).optional(),
  /** Objects of the app `example`, with the fields that matter here. */
  objects,
  apps: z.array(app).default([]),
  bootstrap: objects,
  namespaces: z.array(z.looseObject({ name: z.string() })).default([]),
  flows: z.array(z.looseObject({ port: z.int() })).default([]),
  environment: z.looseObject({}).default({}),
  /** Release of our own image; none unless stated. */
  release: z.looseObject({}).nullable().default(null),
});

type Example = z.output<typeof example>;

function readExamples({ id }: Rule): Example[] {
  const path = join(root, "checks", "policy", `${id}.examples.yaml`);
  if (!existsSync(path)) return [];
  return z
    .array(example)
    .parse(parse(readFileSync(path, "utf8"), { merge: true, maxAliasCount: -1 }), { reportInput: true });
}

function render(one: Example): RenderedEnvironment {
  const environment = environmentSchema.parse({ ...production, ...one.environment });
  const record = { repository: "ghcr.io/sipixer/server-chat", release: one.release };
  const pins: PlatformPins = parsePins(versions, { "server-chat": record }, releasedImages);
  const apps = [...one.apps, app.parse({ name: "example", objects: one.objects })].map((stated) =>
    plan(stated, environment),
  );
  const bootstrap = (one.bootstrap as KubernetesObject[]).map(
    (object): Manifest => ({
      app: "bootstrap",
      source: "render/bootstrap.ts",
      constructPath: `bootstrap/${object.kind}`,
      path: bootstrapPath(environment.name, object),
      object,
    }),
  );
  return {
    environment,
    pins,
    apps,
    namespaces: one.namespaces as unknown as NamespaceDeclaration[],
    flows: one.flows as unknown as Flow[],
    manifests: [...apps.flatMap(({ manifests }) => manifests), ...bootstrap],
  };
}

function plan({ wave, objects: stated, release, ...facts }: z.output<typeof app>, environment: Environment): Planned {
  const manifests = (stated as KubernetesObject[]).map((object): Manifest => {
    // Applications and their projects are compiled into a folder of their own, as in production.
    const folder = object.apiVersion.startsWith("argoproj.io/") ? applicationsFolder : facts.name;
    return {
      app: facts.name,
      source: `charts/${facts.name}.ts`,
      constructPath: `${facts.name}/${object.kind}`,
      path: `${appFolder(environment.name, folder)}/${fileName(object)}`,
      object,
    };
  });
  const filled = release && {
    ...release,
    releaseName: facts.name,
    creates: { clusterKinds: [], namespacedKinds: [], ...release.creates },
  };
  return {
    app: { summary: facts.name, render: () => {}, ...facts } as unknown as AppDefinition,
    source: `charts/${facts.name}.ts`,
    wave,
    environment,
    manifests,
    release: filled as unknown as HelmRelease | undefined,
  };
}

test("a rule's id is the name of its file, and no two are alike", () => {
  expect(rules.length).toBeGreaterThan(50);
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { id } of rules) expect(existsSync(join(root, "checks", "policy", `${id}.ts`)), id).toBe(true);
});

describe.each(rules)("$id", (rule) => {
  const examples = readExamples(rule);

  // The message is "<found>. <why>", and the table of rules prints both texts as they are.
  test("says in whole sentences why it matters and what to do", () => {
    expect(["error", "warning"]).toContain(rule.severity);
    expect(rule.why).toMatch(/^[A-Z].*\.$/);
    expect(rule.fix).toMatch(/^[A-Z`].*\.$/);
  });

  test("has an example that fires and one that is silent", () => {
    expect(examples.filter(({ fires }) => fires).length).toBeGreaterThan(0);
    expect(examples.filter(({ fires }) => !fires).length).toBeGreaterThan(0);
  });

  test.each(examples)("$name", (one) => {
    const rendered = render(one);
    const violations = [...rule.check(createTree(rendered))];
    expect(violations.length > 0, violations.map(({ found }) => found).join("; ")).toBe(one.fires);
    expect(violations.map(({ field }) => field).sort()).toEqual([...(one.fields ?? [])].sort());
    for (const { found } of violations) expect(found).toMatch(/^[^\n]+[^.\n]$/);
    expect(misspelt(rendered.manifests)).toEqual([]);
  });
});

/** Fields that no schema knows: an example with one would be silent for a wrong reason. */
function misspelt(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap(({ object }) =>
    (validatorFor(object.apiVersion, object.kind)?.(object) ?? [])
      .filter(({ keyword }) => keyword === "additionalProperties")
      .map(({ path, message }) => `${object.kind} ${path}: ${message}`),
  );
}
