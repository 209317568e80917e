import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { type HttpApp, startHttpApp } from "../../test/http-app.ts";
import type { Message } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";

async function startWith(texts: readonly string[]) {
  const app = await startHttpApp();
  const { user, token } = await app.createUser();
  for (const text of texts) await app.store.publish("lobby", { id: randomUUID(), user, text });
  const read = async (query: string) => (await app.ask("GET", `/api/rooms/lobby/messages${query}`, { token })).body;
  return { app, token, read };
}

const numbers = (length: number) => Array.from({ length }, (_, index) => index + 1);
const seqs = ({ messages }: { messages: readonly Message[] }) => messages.map(({ seq }) => seq);

test("pages forward, backward and from the end, and says whether history goes on", async () => {
  const { read } = await startWith(numbers(10).map(String));
  const cases: [query: string, seqs: number[], more: boolean][] = [
    ["", numbers(10), false],
    ["?limit=3", [8, 9, 10], true],
    ["?before=8&limit=3", [5, 6, 7], true],
    ["?before=3&limit=3", [1, 2], false],
    ["?before=1", [], false],
    ["?after=0&limit=3", [1, 2, 3], true],
    ["?after=7&limit=3", [8, 9, 10], false],
    ["?after=10", [], false],
    ["?after=99", [], false],
  ];
  for (const [query, expected, more] of cases) {
    const page = await read(query);
    expect({ query, seqs: seqs(page), more: page.more }).toEqual({ query, seqs: expected, more });
    expect(page).toMatchObject({ room: "lobby", head: 10, first: 1, epoch: expect.stringMatching(/./) });
  }
});

// 200 of the longest messages would be 2.4 MB, which one node would have to hold for every reader at once.
test.each(["after", "before"] as const)(
  "pages of long messages end early, and paging by %s still finds each once",
  async (by) => {
    const { read } = await startWith(numbers(60).map((seq) => `${seq}${"€".repeat(limits.textLength - 5)}`));
    const found: number[] = [];
    let at = by === "after" ? 0 : 61;
    for (let more = true; more; ) {
      const page = await read(`?${by}=${at}`);
      expect(Buffer.byteLength(JSON.stringify(page.messages))).toBeLessThanOrEqual(limits.pageBytes + 2);
      expect(page.messages.length).toBeGreaterThan(0);
      found.push(...(by === "after" ? seqs(page) : seqs(page).toReversed()));
      at = found.at(-1) ?? at;
      more = page.more;
    }
    expect(found).toEqual(by === "after" ? numbers(60) : numbers(60).toReversed());
  },
);

test.each([
  "?before=2&after=1",
  "?limit=0",
  "?limit=201",
  "?after=-1",
  "?after=1.5",
  "?after=1e3",
  "?after=",
  "?after=1&after=2",
  "?after=9007199254740992",
])("%s is refused", async (query) => {
  const { read } = await startWith(["hello"]);
  expect((await read(query)).error.code).toBe("bad_request");
});

test("a room that nobody has entered is not found, and asking does not make it", async () => {
  const app: HttpApp = await startHttpApp();
  const { token } = await app.createUser();
  for (const _twice of [1, 2]) {
    expect((await app.ask("GET", "/api/rooms/empty/messages", { token })).body.error.code).toBe("not_found");
  }
});
