import { cpSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCode, UserError } from "../config/user-error.ts";
import { coreFile, type JsonSchema, type SchemaFile, type SchemaKind } from "../importer/json-schema.ts";
import { usedKinds } from "../importer/kinds.ts";
import { parseSchemas } from "../importer/schemas.ts";
import { readTree } from "../io/read-tree.ts";
import { runProgram } from "../io/run-program.ts";
import { type BenchContext, timeRun } from "./bench-context.ts";

/** What an author of the stock tool chain writes; everything else is installed or generated. */
const sources = ["package.json", "cdk8s.yaml", "tsconfig.json", "main.ts"];

/**
 * Makes a project of the stock tool chain in `project`: bench/stock/, its packages by its own lock file, and what
 * `cdk8s import` makes of the CRDs that the platform uses. Throws a UserError with exit code 3 when the packages cannot
 * be installed.
 */
export async function prepareStock(context: BenchContext, project: string): Promise<void> {
  const stock = join(context.root, "bench", "stock");
  await installPackages(context, stock);
  mkdirSync(project);
  for (const source of sources) cpSync(join(stock, source), join(project, source));
  symlinkSync(join(stock, "node_modules"), join(project, "node_modules"));
  writeFileSync(join(project, "crds.yaml"), formatCrds(context.root));
  await timeRun(context, project, "npx", "cdk8s", "import", "crds.yaml", "--language", "typescript", "--no-save");
}

/** Installs only when the lock file is newer than what is there. */
async function installPackages({ variables, signal, progress }: BenchContext, stock: string): Promise<void> {
  const modifiedMs = (path: string) => statSync(join(stock, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  // npm writes this file last.
  if (modifiedMs("node_modules/.package-lock.json") > modifiedMs("package-lock.json")) return;
  progress("installing the stock tool chain into bench/stock/node_modules");
  const { exitCode: code, output } = await runProgram("npm", ["ci"], { cwd: stock, variables, signal });
  if (code !== 0) {
    throw new UserError(`The stock tool chain could not be installed (npm ci in bench/stock):\n${output.trimEnd()}`, {
      remedy: "The first run needs the npm registry. `npm run bench -- --only growth` needs no network.",
      exitCode: exitCode.outsideWorld,
    });
  }
}

/** CRDs of the kinds that the platform uses, out of schemas/; JSON is YAML. */
function formatCrds(root: string): string {
  const folder = "schemas";
  const texts = new Map([...readTree(root, folder).texts].map(([path, text]) => [path.slice(folder.length + 1), text]));
  return Object.entries(parseSchemas(texts))
    .filter(([name]) => name !== coreFile)
    .flatMap(([, file]) => file.kinds.filter(isUsed).map((kind) => JSON.stringify(crdOf(kind, file))))
    .join("\n---\n");
}

function crdOf({ apiVersion, kind, scope, definition }: SchemaKind, { definitions }: SchemaFile): object {
  const [group, name] = apiVersion.split("/");
  const schema: JsonSchema = definitions[definition] ?? {};
  const plural = `${kind.toLowerCase()}s`;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural },
      versions: [
        {
          name,
          served: true,
          storage: true,
          // A CRD says only this much of the metadata.
          schema: {
            openAPIV3Schema: { ...schema, properties: { ...schema.properties, metadata: { type: "object" } } },
          },
        },
      ],
    },
  };
}

function isUsed({ apiVersion, kind }: SchemaKind): boolean {
  return usedKinds.some((used) => used.apiVersion === apiVersion && used.kind === kind);
}
