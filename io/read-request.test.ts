import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { maxRequestLength, parseEvent } from "../bump/request.ts";
import { readRequest } from "./read-request.ts";

function createFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "request-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "event.json"), text);
  return join(folder, "event.json");
}

test("an event is read", async () => {
  expect(await readRequest(createFile('{"é":1}'))).toBe('{"é":1}');
});

test("of one that is too long so much is read that it is refused", async () => {
  const text = await readRequest(createFile(" ".repeat(1_000_000)));
  expect(text.length).toBe(maxRequestLength + 1);
  expect(() => parseEvent(text)).toThrow("more than");
});

test.each(["/nowhere/event.json", tmpdir()])("%s is no event", async (path) => {
  await expect(readRequest(path)).rejects.toMatchObject({ name: "UserError", exitCode: 2 });
});
