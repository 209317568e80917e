import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { bundle } from "../bundle.ts";
import { type SmokeTest, smokeTest } from "../image/smoke.ts";
import { freePorts, startNode } from "./nodes.ts";
import { missingRedis, startRedis } from "./redis.ts";

const commit = "5f0c19a7be42d1e88c6a7b3f9e2d4c5a6b7c8d9e";

/** What the image runs: with the page, which the sources do not have until they are bundled. */
const folder = mkdtempSync(join(tmpdir(), "chat-smoke-"));
beforeAll(() => bundle(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function startReplica(env: Readonly<Record<string, string>> = {}) {
  const redis = await startRedis();
  onTestFinished(() => redis.stop());
  const program = join(folder, "server.js");
  const replica = await startNode({ redis, program, env: { APP_COMMIT: commit, APP_VERSION: "1.2.3+4", ...env } });
  onTestFinished(async () => void (await replica.kill()));
  return { redis, replica };
}

async function runSmokeTest(
  target: { readonly port: number; readonly adminPort: number },
  changes: Partial<SmokeTest>,
) {
  const lines: string[] = [];
  await smokeTest({
    url: `http://127.0.0.1:${target.port}`,
    adminUrl: `http://127.0.0.1:${target.adminPort}`,
    commit,
    withinMs: 2_000,
    report: (line) => lines.push(line),
    ...changes,
  });
  return lines;
}

test.skipIf(missingRedis)("a replica beside a real Redis passes, and is named by version and commit", async () => {
  const { replica, redis } = await startReplica();
  expect(await runSmokeTest(replica, { withinMs: 30_000 })).toEqual([
    "ready",
    "alive, with metrics",
    `version 1.2.3+4, commit ${commit}, with its page`,
    "a message went from one person to another",
  ]);
  // It was this Redis that carried the message.
  expect(await redis.cli("keys", "*smoke-*")).not.toBe("");
});

// An image of another commit under the right tag would be announced as what it is not.
test.skipIf(missingRedis)("a replica of another commit fails", async () => {
  const { replica } = await startReplica();
  await expect(runSmokeTest(replica, { commit: "0".repeat(40) })).rejects.toThrow(`built from ${commit}`);
});

test("a replica without its Redis fails, and says what the probe said", async () => {
  const [nobody = 0] = await freePorts(1);
  const redis = { url: `redis://127.0.0.1:${nobody}`, password: "none" };
  const replica = await startNode({ redis, unready: true });
  onTestFinished(async () => void (await replica.kill()));
  await expect.poll(() => replica.readiness().catch(() => undefined)).toMatchObject({ status: 503 });
  await expect(runSmokeTest(replica, {})).rejects.toThrow(/not ready after 2000 ms: .*503/);
});

test.skipIf(missingRedis)("a replica that takes nobody in fails, although its probes answer", async () => {
  const { replica } = await startReplica({ RATE_SESSIONS_PER_ADDRESS: "1/0.001" });
  await expect(runSmokeTest(replica, {})).rejects.toThrow("no message within 2000 ms");
});

test("a port where nobody listens, and a program that is another one, fail", async () => {
  const [port = 0, adminPort = 0] = await freePorts(2);
  await expect(runSmokeTest({ port, adminPort }, { withinMs: 300 })).rejects.toThrow("not ready after 300 ms");
  const other = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => other.listen(adminPort, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  await expect(runSmokeTest({ port, adminPort }, {})).rejects.toThrow("has no metric");
});
