import { parseAllDocuments } from "yaml";
import { z } from "zod";
import { UserError } from "../config/user-error.ts";
import { coreFile, type JsonSchema, type SchemaFile, type SchemaKind } from "./json-schema.ts";
import type { KindName } from "./kinds.ts";
import { serverOwnedFields, withoutProperties } from "./server-owned.ts";
import { keepStructure } from "./structure.ts";

const CustomResourceDefinition = z.object({
  apiVersion: z.literal("apiextensions.k8s.io/v1"),
  kind: z.literal("CustomResourceDefinition"),
  spec: z.object({
    group: z.string(),
    scope: z.enum(["Namespaced", "Cluster"]),
    names: z.object({ kind: z.string() }),
    versions: z.array(
      z.object({
        name: z.string(),
        served: z.boolean(),
        storage: z.boolean(),
        schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }),
      }),
    ),
  }),
});
type CustomResourceDefinition = z.infer<typeof CustomResourceDefinition>;

/** The wanted kinds out of the YAML files of CRDs, each in the version that is stored. */
export function schemasFromCrds(
  files: readonly { readonly name: string; readonly text: string }[],
  wanted: readonly KindName[],
): SchemaFile {
  const kinds: SchemaKind[] = [];
  const definitions: Record<string, JsonSchema> = {};
  for (const { spec } of files.flatMap(({ name, text }) => parseCrds(name, text))) {
    const stored = spec.versions.find((version) => version.served && version.storage);
    if (stored === undefined) continue;
    const apiVersion = `${spec.group}/${stored.name}`;
    const kind = spec.names.kind;
    if (!wanted.some((name) => name.apiVersion === apiVersion && name.kind === kind)) continue;
    kinds.push({ apiVersion, kind, scope: spec.scope, definition: kind });
    definitions[kind] = readDefinition(stored.schema.openAPIV3Schema);
  }
  return { kinds, definitions };
}

function readDefinition(schema: JsonSchema): JsonSchema {
  const kept = keepStructure(withoutProperties(schema, serverOwnedFields), "crd");
  // A CRD says only "object" for metadata; the API server checks it as ObjectMeta.
  const metadata = { $ref: `${coreFile}#/definitions/ObjectMeta` };
  return { ...kept, properties: { ...kept.properties, metadata } };
}

function parseCrds(name: string, text: string): CustomResourceDefinition[] {
  const values = parseYaml(name, text).filter((value) => value !== null);
  if (values.length === 0) throw notACrd(name, "it is empty");
  return values.map((value) => {
    const parsed = CustomResourceDefinition.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw notACrd(name, `${issue?.path.join(".") || "the document"}: ${issue?.message ?? "not an object"}`);
  });
}

function parseYaml(name: string, text: string): unknown[] {
  try {
    return [...parseAllDocuments(text)].map((document) => {
      for (const error of document.errors) throw error;
      return document.toJS() as unknown;
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw notACrd(name, `it is not YAML (${reason})`);
  }
}

function notACrd(name: string, reason: string): UserError {
  return new UserError(`${name} is not a CustomResourceDefinition: ${reason}.`, {
    remedy: "Give a folder that holds only the CRD manifests of one release, as *.yaml files. Nothing was changed.",
  });
}
