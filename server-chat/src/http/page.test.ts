import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startHttpApp, statusOf } from "../../test/http-app.ts";
import { readPage } from "./page.ts";
import { securityHeaders } from "./security-headers.ts";

const index = "<!doctype html><title>Chat</title>";

async function startWithPage() {
  const folder = mkdtempSync(join(tmpdir(), "chat-page-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "fonts"));
  const files = {
    "index.html": index,
    "main.js": "start();",
    "main.css": "p{}",
    "fonts/a.svg": "<svg/>",
    "notes.md": "no",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return startHttpApp({ parts: () => ({ page: readPage(folder) }) });
}

test.each([
  ["/", "text/html; charset=utf-8", index],
  ["/index.html", "text/html; charset=utf-8", index],
  ["/main.js", "text/javascript; charset=utf-8", "start();"],
  ["/main.css", "text/css; charset=utf-8", "p{}"],
  ["/fonts/a.svg", "image/svg+xml", "<svg/>"],
])("serves %s with its type, under the strict policy", async (path, type, text) => {
  const app = await startWithPage();
  const { status, headers } = await app.ask("GET", path);
  expect(status).toBe(200);
  expect(headers.get("content-type")).toBe(type);
  expect(await (await fetch(`${app.url}${path}`)).text()).toBe(text);
  for (const [name, value] of Object.entries(securityHeaders)) expect(headers.get(name)).toBe(value);
  expect(headers.has("x-powered-by")).toBe(false);
});

// Nothing from elsewhere, nothing inline, no frame: a message that is shown wrongly still cannot run.
test("the policy names no source but the server itself, and forbids what it does not name", () => {
  const policy = new Map(
    securityHeaders["content-security-policy"].split("; ").map((one) => {
      const [name = "", ...sources] = one.split(" ");
      return [name, sources.join(" ")] as const;
    }),
  );
  expect(policy.get("default-src")).toBe("'none'");
  expect(policy.get("frame-ancestors")).toBe("'none'");
  expect(policy.get("base-uri")).toBe("'none'");
  expect([...policy.values()].join(" ")).not.toMatch(/unsafe|\*|https?:/);
  expect(policy.get("script-src")).toBe("'self'");
});

// The original answered 200 with a page to every path, so that its probe proved nothing.
test.each(["/nothing", "/index", "/main.js/", "/..%2fmain.js", "/%2e%2e/etc/passwd", "/notes.md", "/fonts", "/health"])(
  "%s is not found",
  async (path) => {
    const app = await startWithPage();
    const { status, body } = await app.ask("GET", path);
    expect({ status, code: body.error.code }).toEqual({ status: 404, code: "not_found" });
  },
);

test("a browser that has the file is told so, and one that has an older version gets the new one", async () => {
  const app = await startWithPage();
  const etag = (await app.ask("GET", "/main.js")).headers.get("etag") ?? "";
  // fetch asks every proxy on the way for a fresh copy when it is given this header, so the request is written by hand.
  const ask = (known: string) => statusOf(app, `GET /main.js HTTP/1.1\r\nif-none-match: ${known}`);
  expect(await ask(etag)).toBe(304);
  expect(await ask('"another"')).toBe(200);
});

test("answers HEAD, and refuses other methods", async () => {
  const app = await startWithPage();
  expect((await app.ask("HEAD", "/main.js")).status).toBe(200);
  const { body, headers } = await app.ask("POST", "/main.js");
  expect(body.error.code).toBe("method_not_allowed");
  expect(headers.get("allow")).toBe("GET, HEAD");
});
