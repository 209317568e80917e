import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { startServer } from "../test/registry/front.ts";
import { createSigstore } from "../test/sigstore.ts";
import { createTufRepository, type TufRepository } from "../test/tuf-repository.ts";
import { readTrustRoot, type TrustSource } from "./trust-root.ts";

const tomorrow = new Date(Date.now() + 86_400_000);
const yesterday = new Date(Date.now() - 86_400_000);
const { trustRoot } = await createSigstore();
const published = JSON.stringify(TrustedRoot.toJSON(trustRoot));

/** The folder for temporary files during a test. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trust-root-test-"));
  vi.stubEnv("TMPDIR", folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  });
});

/** Serves a repository on this machine until the test ends. */
async function serve({ root, files }: TufRepository): Promise<TrustSource> {
  const server = await startServer((request, response) => {
    const text = files.get(request.url ?? "");
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  onTestFinished(() => server.stop());
  const rootPath = join(folder, "root.json");
  writeFileSync(rootPath, root);
  return { mirrorURL: `http://${server.host}`, rootPath };
}

test("the keys that the repository publishes are read, and nothing is left behind", async () => {
  const source = await serve(createTufRepository("trusted_root.json", published, tomorrow));
  expect(TrustedRoot.toJSON(await readTrustRoot(source))).toEqual(JSON.parse(published));
  expect(readdirSync(folder)).toEqual(["root.json"]);
});

// An old list of keys would go on trusting a key that was withdrawn.
test("metadata that has expired is refused", async () => {
  const source = await serve(createTufRepository("trusted_root.json", published, yesterday));
  await expect(readTrustRoot(source)).rejects.toMatchObject({ name: "UserError", exitCode: 3 });
});

test("keys that are not the signed ones are refused", async () => {
  const { root, files } = createTufRepository("trusted_root.json", published, tomorrow);
  const changed = [...files].map(
    ([path, text]) => [path, path.startsWith("/targets/") ? text.replace("rekor", "robot") : text] as const,
  );
  const source = await serve({ root, files: new Map(changed) });
  await expect(readTrustRoot(source)).rejects.toMatchObject({ name: "UserError", exitCode: 3 });
});

test("a repository whose root is another one is refused", async () => {
  const { files } = createTufRepository("trusted_root.json", published, tomorrow);
  const { root } = createTufRepository("trusted_root.json", published, tomorrow);
  const source = await serve({ root, files });
  await expect(readTrustRoot(source)).rejects.toMatchObject({ name: "UserError", exitCode: 3 });
});

// The keys that came with the package are no substitute: one of them may have been withdrawn since.
test("without a network it fails, and says what is missing", async () => {
  const asked = new Set<string>();
  vi.stubGlobal("fetch", (url: string) => {
    asked.add(new URL(url).origin);
    return Promise.reject(new TypeError("fetch failed"));
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  await expect(readTrustRoot()).rejects.toMatchObject({
    name: "UserError",
    exitCode: 3,
    message: expect.stringMatching(/^Sigstore's keys could not be read: .*fetch failed/),
  });
  expect([...asked]).toEqual(["https://tuf-repo-cdn.sigstore.dev"]);
  expect(readdirSync(folder)).toEqual([]);
});
