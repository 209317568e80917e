import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatNewKeys } from "../image/secrets.ts";
import { closeCodes } from "../src/protocol/close-codes.ts";
import { rest } from "../src/protocol/rest.ts";
import { connectRaw, newToken } from "./bad-input/raw-client.ts";
import { describeRedis } from "./describe-redis.ts";
import { type ChatNode, startNode } from "./nodes.ts";
import { type Redis, startRedis } from "./redis.ts";

const main = join(import.meta.dirname, "..", "src", "main.ts");

describeRedis("an act of moderation at one node", () => {
  let folder: string;
  let redis: Redis;
  let nodes: ChatNode[] = [];
  let authorization: string;
  const keysFile = () => join(folder, "keys.json");
  const start = () => startNode({ redis, env: { SIGNING_KEYS_FILE: keysFile() } });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "chat-keys-"));
    writeFileSync(keysFile(), formatNewKeys());
    redis = await startRedis();
    nodes = await Promise.all([start(), start()]);
    const command = [main, "moderator-token", "Moderator", "1"];
    const { stdout } = await promisify(execFile)(process.execPath, command, {
      env: { SIGNING_KEYS_FILE: keysFile() },
    });
    authorization = `Bearer ${stdout.trim()}`;
  });
  afterAll(async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const order = async (url: string, { method, path }: { method: string; path: string }, body: object) => {
    const headers = { authorization, "content-type": "application/json" };
    return (await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) })).status;
  };

  /** Somebody who is connected to the second node. */
  const enter = async (name: string) => {
    const token = await newToken(nodes[1]?.url ?? "", name);
    const client = await connectRaw(nodes[1]?.port ?? 0);
    await client.enter(token, "general");
    const welcome = await client.receive((frame) => frame.type === "welcome");
    return { token, client, user: welcome.type === "welcome" ? welcome.user.id : "" };
  };

  test("a kick ends connections to another one, and their user may come back", async () => {
    const { token, client, user } = await enter("Kicked");
    expect(await order(nodes[0]?.url ?? "", rest.kick, { user })).toBe(200);
    expect(await client.ended).toEqual({ code: closeCodes.kicked.code });
    const again = await connectRaw(nodes[1]?.port ?? 0);
    await again.enter(token, "general");
    again.destroy();
  });

  // A replica that starts, in a roll-out for example, has heard of no ban.
  test("a ban ends connections to another one, and holds on one that started after it", async () => {
    const { token, client, user } = await enter("Banned");
    expect(await order(nodes[0]?.url ?? "", rest.ban, { user, seconds: 3_600 })).toBe(200);
    expect(await client.ended).toEqual({ code: closeCodes.banned.code });

    const newcomer = await start();
    nodes.push(newcomer);
    await expect
      .poll(
        async () => {
          const again = await connectRaw(newcomer.port);
          again.send({ type: "hello", token });
          const outcome = await Promise.race([again.ended, again.receive(({ type }) => type === "welcome")]);
          again.destroy();
          return outcome;
        },
        { timeout: 15_000 },
      )
      .toEqual({ code: closeCodes.banned.code });
  });
});
