import { randomFillSync } from "node:crypto";
import { expect, test } from "vitest";
import { isMessageId } from "../src/protocol/text.ts";
import { createId } from "./surroundings.ts";

// A laptop's page is served without TLS, and browsers offer randomUUID only with it.
test("ids are UUIDs that the server takes, also without randomUUID", () => {
  const insecure = { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => randomFillSync(bytes) };
  const ids = Array.from({ length: 100 }, () => createId(insecure));
  expect(new Set([...ids, createId()]).size).toBe(101);
  for (const id of [...ids, createId()]) expect(isMessageId(id)).toBe(true);
  for (const id of ids) expect(id).toMatch(/^.{14}4.{4}[89ab]/);
});
