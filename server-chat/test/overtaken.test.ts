import { expect, onTestFinished, test } from "vitest";
import { type ChatClient, createChatClient } from "../client/chat-client.ts";
import { describeRedis } from "./describe-redis.ts";
import { startNode } from "./nodes.ts";
import { startProxy } from "./proxy.ts";
import { startRedis } from "./redis.ts";
import { snapshotRedis } from "./redis-snapshot.ts";

const room = "tea";
const texts = (client: ChatClient) => client.room(room)?.messages.map(({ text }) => text);

async function write(client: ChatClient, ...words: readonly string[]): Promise<void> {
  for (const word of words) client.send(room, word);
  await expect.poll(() => client.room(room)?.outbox).toEqual([]);
  await expect.poll(() => texts(client)?.at(-1)).toBe(words.at(-1));
}

describeRedis("a store that went back while somebody was away", () => {
  // Nobody is left who knew more, and the numbers of what was lost belong to other messages by the time that she is back.
  test("hides nothing from who comes back after it overtook what she has", async () => {
    const redis = await startRedis();
    onTestFinished(() => redis.stop());
    const node = await startNode({ redis });
    const network = await startProxy(node.port);
    onTestFinished(() => network.close());
    const connect = (url: string, name: string) => {
      const client = createChatClient({ url, credentials: { name }, backoff: { minMs: 20, maxMs: 200 } });
      onTestFinished(() => client.stop());
      client.join(room);
      client.connect();
      return client;
    };
    const ada = connect(`http://127.0.0.1:${network.port}`, "Ada");
    const ben = connect(node.url, "Ben");
    await expect.poll(() => ada.room(room)?.phase).toBe("live");
    await write(ben, "1", "2", "3");
    const restore = await snapshotRedis(redis.settings);
    await write(ben, "lost 4", "lost 5");
    await expect.poll(() => texts(ada)).toEqual(["1", "2", "3", "lost 4", "lost 5"]);

    network.refuse();
    network.cut();
    ben.stop();
    await node.kill();
    await restore();
    const next = await startNode({ redis });
    onTestFinished(async () => void (await next.kill()));
    await write(connect(next.url, "Carl"), "4", "5", "6", "7");
    network.retarget(next.port);
    network.heal();

    const everything = ["1", "2", "3", "4", "5", "6", "7"];
    await expect.poll(() => texts(ada)).toEqual(everything);
    ada.send(room, "8");
    await expect.poll(() => texts(ada)).toEqual([...everything, "8"]);
  });
});
