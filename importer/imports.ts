import { UserError } from "../config/user-error.ts";
import { renderConstructs } from "./constructs.ts";
import { generatedHeader } from "./generated-header.ts";
import { coreFile, type SchemaFiles, type SchemaKind } from "./json-schema.ts";
import type { UsedKind } from "./kinds.ts";
import { renderValidators } from "./validators.ts";

interface FoundKind extends SchemaKind {
  readonly file: string;
  readonly group: string;
  readonly construct: boolean;
}

/** The generated files of imports/ by path: a pure function of schemas/ and the kinds in use. */
export function renderImports(schemas: SchemaFiles, usedKinds: readonly UsedKind[]): Map<string, string> {
  const kinds = usedKinds.map((used) => findKind(schemas, used));
  const texts = new Map<string, string>();
  for (const [file, schema] of Object.entries(schemas)) {
    const own = kinds.filter((kind) => kind.file === file && kind.construct);
    const isCore = file === coreFile;
    for (const [group, members] of Map.groupBy(own, (kind) => (isCore ? "k8s" : kind.group))) {
      texts.set(`${group}.ts`, renderConstructs(schema, members, isCore ? "core" : "crd"));
    }
  }
  for (const [group, members] of Map.groupBy(kinds, (kind) => kind.group)) {
    texts.set(`validators/${group}.cjs`, renderValidators(schemas, members));
  }
  return texts.set("kinds.ts", renderKinds(kinds));
}

function findKind(schemas: SchemaFiles, { apiVersion, kind, construct }: UsedKind): FoundKind {
  const found = Object.entries(schemas).flatMap(([file, schema]) =>
    schema.kinds
      .filter((known) => known.apiVersion === apiVersion && known.kind === kind)
      .map((known) => ({ ...known, file })),
  );
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const where = found.map(({ file }) => `schemas/${file}`).join(" and ");
    throw new UserError(
      `${apiVersion} ${kind} of importer/kinds.ts is defined ${where === "" ? "nowhere in schemas/" : `by ${where}`}.`,
      {
        remedy: "Import the one source that defines it: npm run import -- --from FOLDER|URL.",
      },
    );
  }
  const slash = apiVersion.indexOf("/");
  return { ...only, group: slash < 0 ? "core" : apiVersion.slice(0, slash), construct };
}

function renderKinds(kinds: readonly FoundKind[]): string {
  const lines = kinds.map(
    ({ apiVersion, kind, scope, group }) => `  "${apiVersion}/${kind}": { scope: "${scope}", validators: "${group}" },`,
  );
  return `${generatedHeader}
export interface KnownKind {
  readonly scope: "Namespaced" | "Cluster";
  readonly validators: string;
}

export const knownKinds: Readonly<Record<string, KnownKind>> = {
${lines.sort().join("\n")}
};
`;
}
