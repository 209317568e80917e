import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../log.ts";
import { createFileKeys, parseKeys } from "./keys.ts";
import { createTokens } from "./tokens.ts";

const user = { id: "AAAAAAAAAAAAAAAA", name: "Ada" };
const jwk = (kid: string, k = randomBytes(32).toString("base64url")) => ({ kty: "oct", kid, k, alg: "HS256" });
const [oldKey, newKey] = [jwk("2026-10"), jwk("2026-11")];
const format = (...keys: readonly object[]) => JSON.stringify({ keys });

/** One replica and its copy of the file. */
function startReplica(text: string) {
  const folder = mkdtempSync(join(tmpdir(), "chat-keys-"));
  const path = join(folder, "keys.json");
  const write = (next: string) => writeFileSync(path, next);
  const lines: string[] = [];
  write(text);
  const log = createLog(
    { logLevel: "debug", server: { id: "chat-0", version: "1", commit: "c", colour: "blue" }, node: undefined },
    { write: (line) => lines.push(line) },
  );
  const keys = createFileKeys(path, { log });
  onTestFinished(() => {
    keys.close();
    rmSync(folder, { recursive: true });
  });
  const tokens = createTokens({ keys, lifetimeMs: 3_600_000, now: Date.now });
  return {
    keys,
    lines,
    sign: async () => (await tokens.sign(user, "member")).token,
    accepts: (token: string) => tokens.verify(token, Date.now()) !== undefined,
    async change(next: string) {
      write(next);
      await keys.reread();
    },
  };
}

// People stay in while keys change; replicas read their copy of the file at different moments.
test("a rotation in three steps refuses no token on any replica, whichever reads the file first", async () => {
  const [first, second] = [startReplica(format(oldKey)), startReplica(format(oldKey))];
  const tokens: string[] = [];
  for (const step of [format(oldKey, newKey), format(newKey, oldKey)]) {
    for (const replica of [first, second]) {
      await replica.change(step);
      tokens.push(await first.sign(), await second.sign());
      for (const token of tokens) expect([first.accepts(token), second.accepts(token)]).toEqual([true, true]);
    }
  }
  const [before, after] = [tokens.at(0) ?? "", tokens.at(-1) ?? ""];
  await first.change(format(newKey));
  expect([first.accepts(before), first.accepts(after)]).toEqual([false, true]);
});

test.each([
  ["cut in the middle", format(newKey).slice(0, 40)],
  ["empty", ""],
  ["without keys", format()],
  ["with a key that is too short", format(jwk("a", randomBytes(31).toString("base64url")))],
  ["with a key for something else", format({ ...newKey, alg: "none" })],
  ["with a public key", format({ ...newKey, kty: "RSA" })],
  ["with one kid twice", format(newKey, jwk(newKey.kid))],
])("a file that is %s leaves the keys in force, and the log does not quote it", async (_what, broken) => {
  const replica = startReplica(format(oldKey));
  const token = await replica.sign();
  await replica.change(broken);
  expect(replica.accepts(token)).toBe(true);
  expect(replica.keys.missing()).toBeUndefined();
  const errors = replica.lines.filter((line) => JSON.parse(line).level === "error");
  expect(errors).toHaveLength(1);
  expect(errors.join()).not.toContain(newKey.k.slice(0, 8));

  await replica.change(broken);
  expect(replica.lines.filter((line) => JSON.parse(line).level === "error")).toHaveLength(1);
});

test("a file that comes later is taken; until then nothing is signed and the reason is known", async () => {
  const replica = startReplica("");
  await replica.keys.reread();
  expect(replica.keys.missing()).toBe("the file is not JSON");
  await expect(replica.sign()).rejects.toThrow("the file is not JSON");
  await replica.change(format(oldKey));
  expect(replica.keys.missing()).toBeUndefined();
  expect(replica.accepts(await replica.sign())).toBe(true);
});

test("what is wrong is said with its place, and without the key", () => {
  const short = randomBytes(8).toString("base64url");
  expect(() => parseKeys(format(newKey, jwk("short", short)))).toThrow(/^keys\.1\.k: expected at least 32 bytes$/);
});
