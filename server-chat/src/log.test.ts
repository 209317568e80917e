import { expect, test } from "vitest";
import { createLog } from "./log.ts";

const settings = {
  logLevel: "info",
  server: { id: "chat-1", version: "1.2.3", commit: "abc", colour: "blue" },
  node: "server-1",
} as const;

function write(...entries: readonly [Record<string, unknown>, string][]): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = createLog(settings, { write: (line) => lines.push(line) });
  for (const [fields, message] of entries) log.info(fields, message);
  log.debug("below the level");
  return lines.map((line) => JSON.parse(line));
}

test("a line says when, how grave, and which replica of which version on which server", () => {
  const [line, ...more] = write([{ room: "lobby" }, "something"]);
  expect(more).toEqual([]);
  expect(line).toEqual({
    level: "info",
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    replica: "chat-1",
    version: "1.2.3",
    node: "server-1",
    room: "lobby",
    msg: "something",
  });
});

// A log is read by more people than a room, and kept for longer.
test("what people write and what proves who they are does not get into a log, even by mistake", () => {
  const secret = "do not show this";
  const lines = write(
    [{ text: secret, token: secret, password: secret }, "at the top"],
    [{ frame: { text: secret, token: secret }, headers: { authorization: secret } }, "one level down"],
  );
  expect(lines).toHaveLength(2);
  expect(JSON.stringify(lines)).not.toContain(secret);
});
