import { expect, test } from "vitest";
import { good, payloads, trace } from "../test/malice/payloads.ts";
import { parseEvent, parsePayload, parseRollback } from "./request.ts";

const eventOf = (payload: unknown) => ({
  action: "update-chat-app-image",
  branch: "main",
  client_payload: payload,
  repository: { full_name: "owner/name" },
});
const refusalOf = (parse: () => unknown) => {
  try {
    parse();
  } catch (error) {
    return error;
  }
};

test("a payload is read by itself and out of its event", () => {
  const request = { kind: "event", release: good };
  expect(parsePayload(JSON.stringify(good))).toEqual(request);
  expect(parseEvent(JSON.stringify(eventOf(good)))).toEqual(request);
});

test("the table of malice is as long as it says", () => {
  expect(Object.keys(payloads).length).toBeGreaterThanOrEqual(60);
});

test.each(Object.entries(payloads))("%s is refused", (_, text) => {
  expect(refusalOf(() => parsePayload(text))).toMatchObject({ name: "UserError", exitCode: 2 });
  // As text: some of them an object cannot hold.
  const event = JSON.stringify(eventOf(null)).replace('"client_payload":null', () => `"client_payload":${text}`);
  expect(refusalOf(() => parseEvent(event))).toMatchObject({ name: "UserError", exitCode: 2 });
});

// A line that begins with :: is a command to GitHub's runner; other characters would redraw somebody's terminal.
test.each(Object.entries(payloads))("the refusal of %s is short, and its lines are ours", (_, text) => {
  const refusal = refusalOf(() => parsePayload(text));
  const lines = refusal instanceof Error ? refusal.message.split("\n") : [];
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.join("").length).toBeLessThan(3_000);
  for (const line of lines)
    expect(line).toMatch(/^(The payload is refused:| {2}(payload: |not JSON|more than )[ -~]*)$/);
});

test.each([
  ["of another type", { ...eventOf(good), action: `touch ${trace}` }],
  ["without a payload", { action: "update-chat-app-image" }],
  ["that a person started", { inputs: good }],
])("an event %s is refused", (_, event) => {
  expect(refusalOf(() => parseEvent(JSON.stringify(event)))).toMatchObject({ exitCode: 2 });
});

test("a rollback is asked for by a tag, and by nothing else", () => {
  expect(parseRollback(good.tag)).toEqual({ kind: "rollback", tag: good.tag });
  for (const wrong of ["", "main", good.revision, `${good.tag}\n`, `${good.tag}; touch ${trace}`, "--help"])
    expect(refusalOf(() => parseRollback(wrong))).toMatchObject({
      exitCode: 2,
      // The one who typed it reads this, not the image workflow.
      remedy: expect.stringContaining("git log -p -- config/images/"),
    });
});
