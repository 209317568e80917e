import { exitCode } from "../../config/user-error.ts";
import { generatedHeader } from "../../importer/generated-header.ts";
import { renderImports } from "../../importer/imports.ts";
import { usedKinds } from "../../importer/kinds.ts";
import { parseSchemas, renderSchemas } from "../../importer/schemas.ts";
import { vendoredKinds } from "../../importer/vendored-kinds.ts";
import { readSchemaSource } from "../../io/read-schema-source.ts";
import { readTree } from "../../io/read-tree.ts";
import { type WriteResult, writeTree } from "../../io/write-tree.ts";
import type { Command } from "../command.ts";

const importCommand: Command = {
  name: "import",
  summary:
    "Makes imports/ (typed constructs, validators) out of schemas/, offline; with --from, schemas/ out of a source.",
  options: {
    from: {
      type: "string",
      multiple: true,
      value: "FOLDER|URL",
      help:
        "a folder <name>-v<version> of CRD manifests (or of a saved /openapi/v2), a folder of such folders, or the URL " +
        "of an API server without a login: `kubectl proxy` gives one",
    },
  },
  async run({ root, options, signal, stdout }) {
    const { from } = options;
    const schemas = readFolder(root, "schemas");
    if (Array.isArray(from)) {
      const sources = (await Promise.all(from.map((place) => readSchemaSource(place, signal)))).flat();
      const written = await writeFolder(root, "schemas", renderSchemas(schemas, sources, vendoredKinds), signal);
      stdout(`${describe("schemas/", written)}; npm run import makes imports/ out of them\n`);
      return exitCode.ok;
    }
    const imports = new Map([...readFolder(root, "imports")].filter(([, text]) => !text.startsWith(generatedHeader)));
    for (const [name, text] of renderImports(parseSchemas(schemas), usedKinds)) imports.set(name, text);
    stdout(`${describe("imports/", await writeFolder(root, "imports", imports, signal))}\n`);
    return exitCode.ok;
  },
};

export default importCommand;

function readFolder(root: string, folder: string): Map<string, string> {
  return new Map([...readTree(root, folder).texts].map(([path, text]) => [path.slice(folder.length + 1), text]));
}

function writeFolder(
  root: string,
  folder: string,
  texts: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<WriteResult> {
  return writeTree(root, [folder], new Map([...texts].map(([name, text]) => [`${folder}/${name}`, text])), signal);
}

function describe(folder: string, { changed, removed }: WriteResult): string {
  if (changed.length + removed.length === 0) return `${folder}: nothing changed`;
  return `${folder}: ${changed.length} written, ${removed.length} removed`;
}
