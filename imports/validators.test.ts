import { expect, test } from "vitest";
import { knownKinds } from "./kinds.ts";
import { validatorFor } from "./validators.ts";

const deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "chat", annotations: { "example.org/a": "b" } },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "chat" } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: "25%" } },
    template: {
      metadata: { labels: { app: "chat" } },
      spec: {
        containers: [
          {
            name: "chat",
            image: "chat:1",
            resources: { requests: { cpu: 1 }, limits: { cpu: "1500m", memory: "1Gi" } },
          },
        ],
      },
    },
  },
};

/** The deployment with one field set to a value, or without the field. */
function deploymentWith(path: readonly (string | number)[], value: unknown): unknown {
  const copy: unknown = structuredClone(deployment);
  const parent = path.slice(0, -1).reduce((node, key) => (node as Record<string | number, unknown>)[key], copy);
  (parent as Record<string | number, unknown>)[path.at(-1) ?? ""] = value;
  return JSON.parse(JSON.stringify(copy));
}

const check = (object: unknown, apiVersion = "apps/v1", kind = "Deployment") => {
  const validate = validatorFor(apiVersion, kind);
  if (validate === undefined) throw new Error(`no validator for ${kind}`);
  return validate(object);
};
const container = ["spec", "template", "spec", "containers", 0] as const;

test("a sound object has no faults; numbers and text are both taken where both are allowed", () => {
  expect(check(deployment)).toEqual([]);
});

test.each<[string, readonly (string | number)[], unknown, { path: string; message: string; keyword: string }]>([
  [
    "a misspelt field",
    ["spec", "template", "spec", "contaners"],
    [],
    {
      path: "spec.template.spec.contaners",
      message: "unknown field contaners; did you mean containers?",
      keyword: "additionalProperties",
    },
  ],
  [
    "a field of the server",
    ["status"],
    {},
    {
      path: "status",
      message: "unknown field status; allowed: apiVersion, kind, metadata, spec",
      keyword: "additionalProperties",
    },
  ],
  [
    "a wrong type",
    ["spec", "replicas"],
    "2",
    { path: "spec.replicas", message: 'found "2"; allowed: integer', keyword: "type" },
  ],
  [
    "a missing field",
    ["spec", "selector"],
    undefined,
    { path: "spec.selector", message: "nothing found; the field is required", keyword: "required" },
  ],
  [
    "a value outside an enum",
    ["spec", "strategy", "type"],
    "Rolling",
    { path: "spec.strategy.type", message: 'found "Rolling"; allowed: "Recreate", "RollingUpdate"', keyword: "enum" },
  ],
  [
    "neither a number nor text",
    ["spec", "strategy", "rollingUpdate", "maxSurge"],
    true,
    {
      path: "spec.strategy.rollingUpdate.maxSurge",
      message: "found true; allowed: integer or string",
      keyword: "type",
    },
  ],
  [
    "no quantity, in a list",
    [...container, "resources", "limits", "memory"],
    "512MB",
    {
      path: "spec.template.spec.containers[0].resources.limits.memory",
      message: 'found "512MB"; allowed: a number, or text such as 250m, 1.5 or 256Mi',
      keyword: "pattern",
    },
  ],
  [
    "a wrong type under a key with a slash",
    ["metadata", "annotations", "example.org/a"],
    true,
    { path: 'metadata.annotations["example.org/a"]', message: "found true; allowed: string", keyword: "type" },
  ],
])("%s is told with its path", (_, path, value, error) => {
  expect(check(deploymentWith(path, value))).toEqual([error]);
});

test("all faults are told at once, and none is left for the next object", () => {
  expect(check({ ...deployment, status: {}, metadata: [] })).toHaveLength(2);
  expect(check(deployment)).toEqual([]);
});

test("an object that is no object is told as such", () => {
  expect(check(["a"])).toEqual([{ path: "", message: 'found ["a"]; allowed: object', keyword: "type" }]);
});

// Helm values are the chart's own; only what surrounds them has a schema.
test("the values of a Helm chart may be anything", () => {
  const application = (source: object) => ({
    apiVersion: "argoproj.io/v1alpha1",
    kind: "Application",
    metadata: { name: "a" },
    spec: { project: "p", destination: {}, source: { repoURL: "https://example.org", ...source } },
  });
  const validate = (source: object) => check(application(source), "argoproj.io/v1alpha1", "Application");
  expect(validate({ helm: { valuesObject: { any: [1, { thing: null }] } } })).toEqual([]);
  expect(validate({ helm: { valuesObjekt: {} } }).map(({ path }) => path)).toEqual(["spec.source.helm.valuesObjekt"]);
});

test("every known kind has a validator that knows its fields; any other has none", () => {
  const names = Object.keys(knownKinds);
  expect(names.length).toBeGreaterThan(0);
  for (const name of names) {
    const slash = name.lastIndexOf("/");
    const errors = check({ bogus: 1 }, name.slice(0, slash), name.slice(slash + 1));
    expect(errors.map(({ path }) => path)).toContain("bogus");
  }
  expect(validatorFor("v1", "Endpoints")).toBeUndefined();
});
