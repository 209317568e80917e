import { z } from "zod";
import { UserError } from "../config/user-error.ts";
import { quantityPattern } from "../imports/quantity-pattern.ts";
import type { JsonSchema, SchemaFile, SchemaKind } from "./json-schema.ts";
import type { KindName } from "./kinds.ts";
import { serverOwnedMetadata, withoutProperties } from "./server-owned.ts";
import { keepStructure } from "./structure.ts";

const GroupVersionKind = z.object({ group: z.string(), version: z.string(), kind: z.string() });
type GroupVersionKind = z.infer<typeof GroupVersionKind>;

const Definition = z.looseObject({ "x-kubernetes-group-version-kind": z.array(GroupVersionKind).optional() });

/** The two parts of an API server's `/openapi/v2` that are read here. */
const OpenApi = z.object({
  swagger: z.literal("2.0"),
  definitions: z.record(z.string(), Definition),
  paths: z.record(
    z.string(),
    z.looseObject({
      post: z.looseObject({ "x-kubernetes-group-version-kind": GroupVersionKind.optional() }).optional(),
    }),
  ),
});
type OpenApi = z.infer<typeof OpenApi>;

export function parseOpenApi(name: string, text: string): OpenApi {
  try {
    return OpenApi.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${name} is not the /openapi/v2 document of an API server.`, {
      remedy: "Save it with `kubectl get --raw /openapi/v2`. Nothing was changed.",
    });
  }
}

/** The wanted kinds out of an API server's description of itself, with every definition that they lead to. */
export function schemasFromOpenApi(openApi: OpenApi, wanted: readonly KindName[]): SchemaFile {
  const clustered = clusterScopedKinds(openApi);
  const kinds: SchemaKind[] = [];
  const fullNames: string[] = [];
  // A server describes its CRDs too, but a CRD's own manifest says more of them.
  const builtIn = Object.entries(openApi.definitions).filter(([fullName]) => fullName.startsWith("io.k8s.api."));
  for (const [fullName, definition] of builtIn) {
    const name = wanted.find(({ apiVersion, kind }) => isRootOf(definition, apiVersion, kind));
    if (name === undefined) continue;
    fullNames.push(fullName);
    const scope = clustered.has(`${name.apiVersion}/${name.kind}`) ? "Cluster" : "Namespaced";
    kinds.push({ apiVersion: name.apiVersion, kind: name.kind, scope, definition: shortName(fullName) });
  }
  return { kinds, definitions: closure(openApi, fullNames) };
}

function closure(openApi: OpenApi, roots: readonly string[]): Record<string, JsonSchema> {
  const definitions: Record<string, JsonSchema> = {};
  const originByName = new Map<string, string>();
  const pending = [...roots];
  for (let fullName = pending.pop(); fullName !== undefined; fullName = pending.pop()) {
    const name = shortName(fullName);
    const origin = originByName.get(name);
    if (origin === fullName) continue;
    if (origin !== undefined) throw refused(`${origin} and ${fullName} would both become the type ${name}.`);
    const definition = openApi.definitions[fullName];
    if (definition === undefined) throw refused(`The document refers to ${fullName}, but does not define it.`);
    originByName.set(name, fullName);
    definitions[name] = readDefinition(name, definition, (reference) => pending.push(reference));
  }
  return definitions;
}

function refused(found: string): UserError {
  return new UserError(found, {
    remedy:
      "Import the /openapi/v2 of an API server, with kinds in importer/kinds.ts that go together. Nothing was changed.",
  });
}

function readDefinition(name: string, definition: JsonSchema, onReference: (fullName: string) => void): JsonSchema {
  if (name === "Quantity") return { type: ["number", "string"], pattern: quantityPattern };
  // An embedded object such as a volumeClaimTemplate is a root too and has a status as well.
  const isRoot = definition["x-kubernetes-group-version-kind"] !== undefined;
  const ignored = isRoot ? ["status"] : name === "ObjectMeta" ? serverOwnedMetadata : [];
  return shortenReferences(keepStructure(withoutProperties(definition, ignored), "core"), onReference);
}

function shortenReferences(schema: JsonSchema, onReference: (fullName: string) => void): JsonSchema {
  const text = JSON.stringify(schema, (key, value: unknown) => {
    if (key !== "$ref" || typeof value !== "string") return value;
    const fullName = value.slice("#/definitions/".length);
    onReference(fullName);
    return `#/definitions/${shortName(fullName)}`;
  });
  return JSON.parse(text) as JsonSchema;
}

// io.k8s.api.apps.v1.DeploymentSpec -> DeploymentSpec
function shortName(fullName: string): string {
  return fullName.slice(fullName.lastIndexOf(".") + 1);
}

function isRootOf(definition: z.infer<typeof Definition>, apiVersion: string, kind: string): boolean {
  const gvks = definition["x-kubernetes-group-version-kind"] ?? [];
  return gvks.some((gvk) => gvk.kind === kind && apiVersionOf(gvk) === apiVersion);
}

function apiVersionOf({ group, version }: GroupVersionKind): string {
  return group === "" ? version : `${group}/${version}`;
}

/** What can be created under a path without a namespace has none. */
function clusterScopedKinds(openApi: OpenApi): Set<string> {
  const found = new Set<string>();
  for (const [path, { post }] of Object.entries(openApi.paths)) {
    const gvk = post?.["x-kubernetes-group-version-kind"];
    if (gvk !== undefined && !path.includes("{")) found.add(`${apiVersionOf(gvk)}/${gvk.kind}`);
  }
  return found;
}
