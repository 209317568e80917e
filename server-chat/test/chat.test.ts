import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { describeRedis } from "./describe-redis.ts";
import { freePorts } from "./nodes.ts";
import { startRedis } from "./redis.ts";
import { roundTrip } from "./round-trip.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

const program = join(import.meta.dirname, "..", "chat.ts");
const folder = mkdtempSync(join(tmpdir(), "chat-test-"));
let chat: ServerProcess | undefined;
afterEach(() => chat?.kill());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What `npm run chat` runs, with a folder of its own for temporary files. */
async function startChat(env: Readonly<Record<string, string>> = {}): Promise<ServerProcess> {
  const [port = 0, adminPort = 0] = await freePorts(2);
  chat = startServerProcess({
    words: [process.execPath, program],
    env: { PORT: String(port), ADMIN_PORT: String(adminPort), TMPDIR: mkdtempSync(join(folder, "tmp-")), ...env },
    port,
    adminPort,
    cleanUp: () => {},
  });
  return chat;
}

const filesLeft = () => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());

describe("npm run chat", () => {
  test("opens the chat with nothing set up, says that it forgets, and ends cleanly", async () => {
    const { url, port, logs, ...server } = await startChat();
    await expect.poll(() => logs.join("\n"), { timeout: 10_000 }).toContain(`http://localhost:${port}`);
    expect(logs.join("\n")).toContain("forgotten");
    await roundTrip(url);
    await roundTrip(url, `http://localhost:${port}`);
    server.signal("SIGINT");
    expect(await server.exited).toEqual({ code: 0, signal: null });
    expect(filesLeft()).toEqual([]);
  });

  test("says what is wrong with a variable", async () => {
    const { exited, logs } = await startChat({ REDIS_URL: "here" });
    expect(await exited).toEqual({ code: 2, signal: null });
    expect(logs.join("\n")).toContain("REDIS_URL");
    expect(filesLeft()).toEqual([]);
  });
});

describeRedis("npm run chat with REDIS_URL", () => {
  test("keeps messages in the Redis that REDIS_URL names", async () => {
    const redis = await startRedis();
    try {
      const { url, waitUntilReady } = await startChat({ REDIS_URL: `redis://:${redis.password}@${redis.address}` });
      await waitUntilReady();
      await roundTrip(url);
      expect(await redis.cli("exists", "chat:{lobby}:s")).toBe("1");
    } finally {
      await chat?.kill();
      await redis.stop();
    }
  });

  test("says why it is not ready", async () => {
    const redis = await startRedis();
    try {
      const { logs } = await startChat({ REDIS_URL: `redis://:wrong@${redis.address}` });
      await expect.poll(() => logs.join("\n"), { timeout: 10_000 }).toContain("not ready: ");
      expect(logs.join("\n")).toContain("WRONGPASS");
    } finally {
      await chat?.kill();
      await redis.stop();
    }
  });
});
