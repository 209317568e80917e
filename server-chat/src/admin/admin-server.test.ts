import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { paths } from "../contract.ts";
import { createMetrics } from "../metrics.ts";
import type { Ready } from "../readiness.ts";
import { createAdminServer } from "./admin-server.ts";
import { askReadiness } from "./healthcheck.ts";

let state: Ready = { ready: true };
const metrics = createMetrics({ version: "1.2.3", commit: "abc" });
const readiness = { check: () => state, sample: () => state, drain: () => {} };
const server = createAdminServer({ readiness, metrics, log: pino({ enabled: false }) });
let port = 0;
const get = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);

beforeAll(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

test("readiness says why not, liveness does not care", async () => {
  state = { ready: false, reason: "draining" };
  const ready = await get(paths.readyz);
  expect([ready.status, await ready.json()]).toEqual([503, { ready: false, reason: "draining" }]);
  expect((await get(paths.healthz)).status).toBe(200);
  expect(await askReadiness(port)).toEqual({ ready: false, answer: expect.stringContaining("draining") });
  state = { ready: true };
  expect((await get(paths.readyz)).status).toBe(200);
  expect(await askReadiness(port)).toMatchObject({ ready: true });
});

test("metrics name the build", async () => {
  const answer = await get(paths.metrics);
  expect(answer.headers.get("content-type")).toContain("text/plain");
  expect(await answer.text()).toContain('chat_build_info{version="1.2.3",commit="abc"} 1');
});

// A probe of a wrong path that is answered 200 proves nothing, for ever.
test.each(["/", "/health", "/readyz/", "/toString", "/metrics/x"])("%s is not found", async (path) => {
  expect((await get(path)).status).toBe(404);
});

test("a query does not change a path, another method is refused", async () => {
  expect((await get(`${paths.healthz}?verbose`)).status).toBe(200);
  const refused = await get(paths.readyz, { method: "POST" });
  expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect(await (await get(paths.readyz, { method: "HEAD" })).text()).toBe("");
});

test("a replica that nobody hears is not ready", async () => {
  expect(await askReadiness(1)).toEqual({
    ready: false,
    answer: expect.stringMatching(/^no answer on port 1:.*ECONNREFUSED/),
  });
});
