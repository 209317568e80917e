import { UserError } from "../config/user-error.ts";
import { schemasFromCrds } from "./from-crds.ts";
import { parseOpenApi, schemasFromOpenApi } from "./from-open-api.ts";
import type { SchemaFile, SchemaFiles } from "./json-schema.ts";
import type { KindName } from "./kinds.ts";
import { Lock, sha256 } from "./lock.ts";
import type { SchemaSource } from "./source.ts";
import { formatJson } from "./stable-json.ts";

const lockName = "lock.json";

/**
 * The files of schemas/ by name, with those of the sources replaced: first step of the import. Throws a UserError for
 * a source that is not what it should be; nothing has been written then.
 */
export function renderSchemas(
  present: ReadonlyMap<string, string>,
  sources: readonly SchemaSource[],
  kinds: readonly KindName[],
): Map<string, string> {
  const texts = new Map(present);
  const lock: Lock = { sources: { ...readLock(present).sources } };
  for (const source of sources) {
    const file = readSource(source, kinds);
    if (file.kinds.length === 0) {
      throw new UserError(`${source.label} has none of the kinds that importer/vendored-kinds.ts names.`, {
        remedy:
          "Add the kinds that you need to importer/vendored-kinds.ts, or leave this source out. Nothing was changed.",
      });
    }
    const name = `${source.name}.json`;
    const text = formatJson(file);
    texts.set(name, text);
    lock.sources[source.name] = {
      source: source.label,
      version: source.version,
      inputs: Object.fromEntries(source.files.map((input) => [input.name, sha256(input.text)])),
      outputs: { [name]: sha256(text) },
    };
  }
  return texts.set(lockName, formatJson(lock));
}

function readSource({ format, files }: SchemaSource, kinds: readonly KindName[]): SchemaFile {
  if (format === "crds") return schemasFromCrds(files, kinds);
  const [file] = files;
  if (file === undefined) throw new Error("an OpenAPI source without a file");
  return schemasFromOpenApi(parseOpenApi(file.name, file.text), kinds);
}

/** schemas/ as values, once every file is what the lock says: second step of the import starts here. */
export function parseSchemas(texts: ReadonlyMap<string, string>): SchemaFiles {
  const outputs = Object.values(readLock(texts).sources).flatMap(({ outputs }) => Object.entries(outputs));
  for (const [name, digest] of outputs) {
    const text = texts.get(name);
    if (text === undefined || sha256(text) !== digest) {
      throw refused(`schemas/${name} ${text === undefined ? "is missing" : "is not what schemas/lock.json says"}.`);
    }
  }
  const stranger = [...texts.keys()].find((name) => name !== lockName && !outputs.some(([known]) => known === name));
  if (stranger !== undefined) throw refused(`schemas/lock.json does not name schemas/${stranger}.`);
  return Object.fromEntries(outputs.map(([name]) => [name, JSON.parse(texts.get(name) ?? "") as SchemaFile]));
}

function readLock(texts: ReadonlyMap<string, string>): Lock {
  const text = texts.get(lockName);
  if (text === undefined) return { sources: {} };
  try {
    return Lock.parse(JSON.parse(text));
  } catch {
    throw refused("schemas/lock.json is not a lock file.");
  }
}

function refused(found: string): UserError {
  return new UserError(found, {
    remedy:
      "schemas/ is not edited by hand: take it back from git, or import its source again (npm run import -- --help).",
  });
}
