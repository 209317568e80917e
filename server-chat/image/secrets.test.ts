import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parseKeys } from "../src/identity/keys.ts";
import { formatNewKeys, writeSecrets } from "./secrets.ts";

const parent = mkdtempSync(join(tmpdir(), "chat-secrets-"));
afterAll(() => rmSync(parent, { recursive: true, force: true }));

test("new keys are keys that the server takes, and no two are alike", () => {
  const kids = [formatNewKeys(), formatNewKeys()].map((text) => parseKeys(text).map(({ kid }) => kid));
  expect(kids.map((one) => one.length)).toEqual([1, 1]);
  expect(kids[0]).not.toEqual(kids[1]);
});

// A second run would otherwise lock the replicas out of Redis, and sign everybody out.
test("secrets are made once, for nobody else on the machine", () => {
  const folder = join(parent, "secrets");
  const read = () =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  writeSecrets(folder);
  const first = read();
  expect(Object.keys(first).sort()).toEqual(["keys.json", "redis-password"]);
  expect(first["redis-password"]).toMatch(/^[0-9a-f]{64}$/);
  expect(statSync(folder).mode & 0o077).toBe(0);
  writeSecrets(folder);
  expect(read()).toEqual(first);
});
