import { describe, expect, test } from "vitest";
import { bodyOf } from "../../test/http-app.ts";
import { expectRouteError, prepare, routes, start } from "../../test/rest-examples.ts";
import { limits } from "../protocol/limits.ts";
import { errorAnswer } from "../protocol/rest.ts";

const withBody = routes.filter(({ route }) => route.body !== undefined);
const withoutBody = routes.filter(({ route }) => route.body === undefined);

describe.each(withBody)("$name", ({ name }) => {
  test.each([
    ["cut", '{"name":'],
    ["empty", ""],
    ["a list", "[]"],
    ["null", "null"],
    ["a string", '"name"'],
  ])("refuses JSON that is %s", async (_what, body) => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const headers = { "content-type": "application/json" };
    await expectRouteError(app, name, "bad_json", method, path, { ...ask, body, headers });
  });

  test("refuses bytes that are not UTF-8", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const response = await fetch(`${app.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ask.token}`, "content-type": "application/json" },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
    });
    expect(errorAnswer.parse(await response.json()).error.code).toBe("bad_json");
  });

  test.each([
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
    "application/jsonp",
  ])("refuses a body of type %s", async (type) => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    await expectRouteError(app, name, "unsupported_media_type", method, path, {
      ...ask,
      headers: { "content-type": type },
    });
  });

  test("refuses a body that is packed, which could be a thousand times its size", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const headers = { "content-encoding": "gzip" };
    await expectRouteError(app, name, "unsupported_media_type", method, path, { ...ask, headers });
  });

  test("refuses a body above the limit", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const body = JSON.stringify({ ...ask.body, reason: "x".repeat(limits.frameBytes) });
    await expectRouteError(app, name, "too_big", method, path, { ...ask, body });
  });

  // Whoever announces a gigabyte, or never says how much it is, is not waited for.
  test.each([
    ["announced", (head: string) => `${head}\r\ncontent-length: 1000000000`, "{"],
    ["in chunks", (head: string) => `${head}\r\ntransfer-encoding: chunked`, `5000\r\n${"x".repeat(0x5000)}\r\n`],
  ])("refuses a body above the limit before its end when it is %s", async (_what, head, beginning) => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    const fields = [
      `${method} ${path} HTTP/1.1`,
      `authorization: Bearer ${ask.token}`,
      "content-type: application/json",
    ];
    const answer = await bodyOf(app, head(fields.join("\r\n")), beginning);
    expect(errorAnswer.parse(answer).error.code).toBe("too_big");
  });

  test("refuses a field that it does not know, and one that is missing", async () => {
    const app = await start();
    const { method, path, ask } = await prepare(app, name);
    await expectRouteError(app, name, "bad_request", method, path, { ...ask, body: { ...ask.body, surprise: 1 } });
    await expectRouteError(app, name, "bad_request", method, path, { ...ask, body: {} });
  });
});

test.each(withoutBody)("$name refuses a body", async ({ name }) => {
  const app = await start();
  const { method, path, ask } = await prepare(app, name);
  // By hand, because fetch sends no body with GET.
  const head = `${method} ${path} HTTP/1.1\r\nauthorization: Bearer ${ask.token}`;
  const answers = [
    await bodyOf(app, `${head}\r\ncontent-length: 2`, "{}"),
    await bodyOf(app, `${head}\r\ntransfer-encoding: chunked`, "2\r\n{}\r\n0\r\n\r\n"),
  ];
  expect(answers.map((answer) => errorAnswer.parse(answer).error.code)).toEqual(["bad_request", "bad_request"]);
});
