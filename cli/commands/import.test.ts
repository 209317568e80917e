import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { versions } from "../../config/versions.ts";
import { generatedHeader } from "../../importer/generated-header.ts";
import { renderImports } from "../../importer/imports.ts";
import { usedKinds } from "../../importer/kinds.ts";
import { Lock } from "../../importer/lock.ts";
import { parseSchemas } from "../../importer/schemas.ts";
import importCommand from "./import.ts";

const root = join(import.meta.dirname, "../..");

function readFolder(folder: string): Map<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name));
  return new Map(
    paths.map((path) => [path.slice(folder.length + 1).replaceAll("\\", "/"), readFileSync(path, "utf8")]),
  );
}

/** A checkout that has only the two folders, removed after the test. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), "import-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ["schemas", "imports"]) cpSync(join(root, name), join(folder, name), { recursive: true });
  return folder;
}

function run(folder: string, from?: readonly string[]): Promise<number> {
  return importCommand.run({
    root: folder,
    options: { from },
    stdout: () => {},
    stderr: () => {},
    isTerminal: false,
    signal: new AbortController().signal,
    nowMs: () => 0,
    variables: {},
  });
}

// Otherwise a person who runs `npm run import` finds changes that they did not make.
test("imports/ holds byte for byte what schemas/ gives, and no generated file more", () => {
  const expected = renderImports(parseSchemas(readFolder(join(root, "schemas"))), usedKinds);
  const generated = [...readFolder(join(root, "imports"))].filter(([, text]) => text.startsWith(generatedHeader));
  expect(expected.size).toBeGreaterThan(0);
  expect(Object.fromEntries(generated)).toEqual(Object.fromEntries(expected));
});

// Upstream's prose has its own licence, and machine paths would name the machine of whoever imported last.
test("schemas/ has no prose and no path of a machine", () => {
  const texts = readFolder(join(root, "schemas"));
  expect([...texts.keys()]).toContain("lock.json");
  for (const text of texts.values()) {
    expect(text).not.toMatch(/"(description|title|example|examples|externalDocs|message)": "/);
    expect(text).not.toMatch(/"source": "(\/|[A-Z]:|\.)/);
  }
});

// A bump of a pin would otherwise be checked against the API of the release before. Patch releases leave an API alone.
test("schemas/ are those of the releases that are pinned", () => {
  const { sources } = Lock.parse(JSON.parse(readFileSync(join(root, "schemas/lock.json"), "utf8")));
  const minor = (version: string | undefined) => /^v?(\d+\.\d+)\./.exec(version ?? "")?.[1];
  const pinned = {
    kubernetes: versions.kubernetes,
    "cert-manager": versions.charts.certManager.version,
    traefik: versions.images.traefik.tag,
  };
  for (const [name, version] of Object.entries(pinned)) {
    expect([name, minor(sources[name]?.version)]).toEqual([name, minor(version) ?? "no version"]);
  }
});

test("a kind that nobody makes has no place in importer/kinds.ts", () => {
  const sources = ["charts", "constructs", "render"].flatMap((folder) => [...readFolder(join(root, folder))]);
  const code = sources
    .filter(([name]) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map(([, text]) => text)
    .join("\n");
  const unmade = usedKinds.filter(({ kind }) => !new RegExp(`new (\\w+\\.)?(Kube)?${kind}\\(`, "i").test(code));
  expect(unmade).toEqual([]);
});

test("a stale file is removed, a file written by hand stays", async () => {
  const folder = checkout();
  const committed = readFolder(join(folder, "imports"));
  writeFileSync(join(folder, "imports/gone.example.org.ts"), `${generatedHeader}\n`);
  writeFileSync(join(folder, "imports/k8s.ts"), "edited");
  rmSync(join(folder, "imports/validators"), { recursive: true });
  expect(await run(folder)).toBe(0);
  expect(readFolder(join(folder, "imports"))).toEqual(committed);
});

test("a source is refused as a whole: one bad file leaves schemas/ as it was", async () => {
  const folder = checkout();
  const before = readFolder(join(folder, "schemas"));
  const sources = join(folder, "sources");
  mkdirSync(join(sources, "traefik-v9.9.9"), { recursive: true });
  writeFileSync(join(sources, "traefik-v9.9.9/a.yaml"), "kind: [");
  await expect(run(folder, [sources])).rejects.toMatchObject({ name: "UserError", exitCode: 2 });
  await expect(run(folder, ["http://127.0.0.1:1"])).rejects.toMatchObject({ name: "UserError", exitCode: 3 });
  expect(readFolder(join(folder, "schemas"))).toEqual(before);
});
