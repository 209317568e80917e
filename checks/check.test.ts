import { expect, test } from "vitest";
import { environmentSchema } from "../config/environment.ts";
import production from "../config/environments/production.ts";
import { parsePins, releasedImages } from "../config/pins.ts";
import { versions } from "../config/versions.ts";
import type { KubernetesObject, Manifest } from "../render/manifest.ts";
import type { RenderedEnvironment } from "../render/rendered.ts";
import { checkPlatform } from "./check.ts";
import { defineRule } from "./rule.ts";

/** Reports every ConfigMap. */
const noConfigMaps = defineRule({
  id: "no-config-maps",
  severity: "error",
  why: "It is only an example.",
  fix: "Remove it.",
  check: (tree) => tree.ofKind("ConfigMap").map((manifest) => ({ manifest, field: "kind", found: "a ConfigMap" })),
});

function rendered(...objects: KubernetesObject[]): RenderedEnvironment {
  return {
    environment: environmentSchema.parse(production),
    pins: parsePins(
      versions,
      { "server-chat": { repository: "ghcr.io/sipixer/server-chat", release: null } },
      releasedImages,
    ),
    apps: [],
    namespaces: [],
    flows: [],
    manifests: objects.map(
      (object): Manifest => ({
        app: "example",
        source: "charts/example.ts",
        constructPath: `example/${object.metadata.name}`,
        path: `dist/production/example/${object.metadata.name}.yaml`,
        object,
      }),
    ),
  };
}

function configMap(name: string, fields: object = {}): KubernetesObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "chat-app" }, ...fields };
}

const reason = "an example";

test("a finding says what, why, what to do, and where it comes from", () => {
  expect(checkPlatform([rendered(configMap("a"))], [noConfigMaps], [])).toEqual([
    {
      rule: "no-config-maps",
      severity: "error",
      message: "a ConfigMap. It is only an example.",
      remedy: "Remove it.",
      path: "dist/production/example/a.yaml",
      field: "kind",
      source: "charts/example.ts",
      constructPath: "example/a",
    },
  ]);
});

test("findings come in the order of the files, whatever the order of rendering", () => {
  const paths = checkPlatform([rendered(configMap("b"), configMap("a"))], [noConfigMaps], []).map(({ path }) => path);
  expect(paths).toEqual(["dist/production/example/a.yaml", "dist/production/example/b.yaml"]);
});

// Broader, it would hide the next fault of the same kind.
test("an exception silences its rule for its object, and for no other", () => {
  const exceptions = [{ rule: "no-config-maps", object: "ConfigMap chat-app/a", reason }];
  const findings = checkPlatform([rendered(configMap("a"), configMap("b"))], [noConfigMaps], exceptions);
  expect(findings.map(({ constructPath }) => constructPath)).toEqual(["example/b"]);
});

test.each([
  ["the object is right now", { rule: "no-config-maps", object: "ConfigMap chat-app/gone", reason }],
  ["the rule is another one", { rule: "no-secrets", object: "ConfigMap chat-app/a", reason }],
  ["the namespace is another one", { rule: "no-config-maps", object: "ConfigMap other/a", reason }],
])("an exception that nothing needs is an error: %s", (_, exception) => {
  const findings = checkPlatform([rendered(configMap("a"))], [noConfigMaps], [exception]);
  expect(findings.map(({ rule }) => rule)).toEqual(["no-config-maps", "unused-exception"]);
});

// The API server drops an unknown field without a word, so it must be caught here.
test("a field that the kind does not have is a finding", () => {
  const [finding] = checkPlatform([rendered(configMap("a", { dta: { key: "value" } }))], [], []);
  expect(finding).toMatchObject({ rule: "schema", severity: "error", field: "dta" });
  expect(finding?.message).toContain("did you mean data?");
});

test("a kind without a schema is a finding: it would be written unchecked", () => {
  const object = { apiVersion: "example.org/v1", kind: "Widget", metadata: { name: "a", namespace: "chat-app" } };
  expect(checkPlatform([rendered(object)], [], []).map(({ rule, field }) => [rule, field])).toEqual([
    ["schema-missing", "kind"],
  ]);
});

// A rule reads labels as text and ports as a list: given anything else it would end in a stack trace, not in a finding.
test("rules wait until the objects have the shapes of their schemas", () => {
  const exceptions = [{ rule: "no-config-maps", object: "ConfigMap chat-app/b", reason }];
  const findings = checkPlatform(
    [rendered(configMap("a", { data: ["x"] }), configMap("b"))],
    [noConfigMaps],
    exceptions,
  );
  expect(findings.map(({ rule, field }) => [rule, field])).toEqual([["schema", "data"]]);
});

test("a kind without a schema does not keep the rules from the others", () => {
  const widget = { apiVersion: "example.org/v1", kind: "Widget", metadata: { name: "a", namespace: "chat-app" } };
  const findings = checkPlatform([rendered(widget, configMap("b"))], [noConfigMaps], []);
  expect(findings.map(({ rule }) => rule)).toEqual(["schema-missing", "no-config-maps"]);
});
