import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSchemaSource as readSource } from "./read-schema-source.ts";

const readSchemaSource = (from: string) => readSource(from, new AbortController().signal);

/** A folder of folders with files, removed after the test. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "schema-source-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** The URL of a server that answers some paths, closed after the test. */
async function serve(answers: Readonly<Record<string, string>>): Promise<string> {
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 403 : 200).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const release = {
  name: "argo-cd",
  version: "3.5.3",
  label: "argo-cd-v3.5.3",
  format: "crds",
  files: [{ name: "a.yaml", text: "a" }],
};
const files = { "argo-cd-v3.5.3/a.yaml": "a", "argo-cd-v3.5.3/README.md": "no manifest" };

// The lock is the same on every machine: it names the folder, not where it lies.
test("a folder is a release: its base name says which", async () => {
  expect(await readSchemaSource(join(folderWith(files), "argo-cd-v3.5.3"))).toEqual([release]);
});

test("a folder of releases gives them all", async () => {
  const folder = folderWith({ ...files, "kubernetes-v1.36.4/openapi.json": "{}", "notes/b.yaml": "b" });
  const openApi = {
    name: "kubernetes",
    version: "1.36.4",
    label: "kubernetes-v1.36.4",
    format: "openapi",
    files: [{ name: "openapi.json", text: "{}" }],
  };
  expect(await readSchemaSource(folder)).toEqual([release, openApi]);
});

test("an API server is read with or without the path of its document", async () => {
  const server = await serve({ "/openapi/v2": "{}", "/version": '{"gitVersion": "v1.36.4"}' });
  const expected = {
    name: "kubernetes",
    version: "1.36.4",
    label: `${server}/openapi/v2`,
    format: "openapi",
    files: [{ name: "openapi.json", text: "{}" }],
  };
  for (const url of [server, `${server}/`, `${server}/openapi/v2`])
    expect(await readSchemaSource(url)).toEqual([expected]);
});

test("a place that holds something else is refused input", async () => {
  const folder = folderWith({ "notes/b.yaml": "b", "empty-v1.0.0/README.md": "nothing" });
  const refused = { name: "UserError", exitCode: 2 };
  await expect(readSchemaSource(join(folder, "absent"))).rejects.toMatchObject(refused);
  await expect(readSchemaSource(join(folder, "notes/b.yaml"))).rejects.toMatchObject(refused);
  await expect(readSchemaSource(join(folder, "notes"))).rejects.toMatchObject(refused);
  await expect(readSchemaSource(join(folder, "empty-v1.0.0"))).rejects.toMatchObject(refused);
  await expect(readSchemaSource(await serve({ "/openapi/v2": "{}", "/version": "hello" }))).rejects.toMatchObject(
    refused,
  );
});

test("a server that does not answer, or wants a login, is the outside world's failure", async () => {
  const failed = { name: "UserError", exitCode: 3 };
  await expect(readSchemaSource("http://127.0.0.1:1")).rejects.toMatchObject(failed);
  await expect(readSchemaSource(await serve({}))).rejects.toMatchObject({
    ...failed,
    message: expect.stringContaining("403"),
  });
  await expect(readSchemaSource("http://")).rejects.toMatchObject({ name: "UserError", exitCode: 2 });
});
