import { setTimeout as pause } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { type ChatClient, type ChatOptions, createChatClient } from "../client/chat-client.ts";
import type { ChatEvents } from "../client/events.ts";
import { limits } from "../src/protocol/limits.ts";
import { type ChatNode, startNode } from "./nodes.ts";
import { startProxy, type TcpProxy } from "./proxy.ts";

/** The client library against the real server: what the fake chat of its own tests assumes holds here, too. */
const room = "den";
const fast = { minMs: 20, maxMs: 200 };

interface Person {
  readonly client: ChatClient;
  readonly shown: readonly ChatEvents["message"][];
  readonly resets: readonly ChatEvents["reset"][];
  readonly gaps: readonly ChatEvents["gap"][];
  readonly sessions: readonly ChatEvents["session"][];
  readonly texts: () => readonly string[];
}

/** A node that limits nobody, behind a network that can fail. */
async function start(): Promise<{ readonly node: ChatNode; readonly network: TcpProxy; readonly url: string }> {
  const unlimited = "1000000/1000000";
  const node = await startNode({
    env: {
      RATE_MESSAGES: unlimited,
      RATE_REQUESTS_PER_ADDRESS: unlimited,
      RATE_CONNECTIONS_PER_ADDRESS: unlimited,
      RATE_CONNECTIONS_PER_NODE: unlimited,
    },
  });
  onTestFinished(async () => void (await node.kill()));
  const network = await startProxy(node.port);
  onTestFinished(() => network.close());
  return { node, network, url: `http://127.0.0.1:${network.port}` };
}

function connect(url: string, name: string, options: Partial<ChatOptions> = {}): Person {
  const client = createChatClient({ url, credentials: { name }, backoff: fast, ...options });
  onTestFinished(() => client.stop());
  const shown: ChatEvents["message"][] = [];
  const resets: ChatEvents["reset"][] = [];
  const gaps: ChatEvents["gap"][] = [];
  const sessions: ChatEvents["session"][] = [];
  client.on("message", (event) => shown.push(event));
  client.on("reset", (event) => resets.push(event));
  client.on("gap", (event) => gaps.push(event));
  client.on("session", (event) => sessions.push(event));
  client.join(room);
  client.connect();
  return {
    client,
    shown,
    resets,
    gaps,
    sessions,
    texts: () => client.room(room)?.messages.map(({ text }) => text) ?? [],
  };
}

test("two people talk: both see the same, with names, and each knows what was stored", async () => {
  const { url } = await start();
  const ann = connect(url, "Ann");
  const ben = connect(url, "Ben");
  const sent: string[] = [];
  ann.client.on("outbox", ({ state, text }) => state === "sent" && sent.push(text));
  ann.client.send(room, "hello");
  await expect.poll(() => ben.texts()).toEqual(["hello"]);
  ben.client.send(room, "hello Ann");
  await expect.poll(() => ann.texts()).toEqual(["hello", "hello Ann"]);
  await expect.poll(() => sent).toEqual(["hello"]);
  expect(ann.shown.map(({ message }) => message.user.name)).toEqual(["Ann", "Ben"]);
  await expect
    .poll(() =>
      ann.client
        .room(room)
        ?.names?.map(({ name }) => name)
        .sort(),
    )
    .toEqual(["Ann", "Ben"]);
  const typing: string[] = [];
  ann.client.on("typing", ({ user }) => typing.push(user.name));
  ben.client.typing(room);
  await expect.poll(() => typing).toEqual(["Ben"]);
});

test("through a network that fails again and again each message is shown once and in order", async () => {
  const { url, network } = await start();
  const people = [connect(url, "Ann"), connect(url, "Ben")];
  const texts = people.map((_, index) => Array.from({ length: 300 }, (_, count) => `${index} ${count}`));
  const writing = people.map(async ({ client }, index) => {
    for (const text of texts[index] ?? []) {
      client.send(room, text);
      await pause(3);
    }
  });
  const failing = (async () => {
    for (let round = 0; round < 4; round += 1) {
      await pause(150);
      network.cut();
      await pause(100);
      network.dropReplies();
      await pause(30);
      network.heal();
    }
  })();
  await Promise.all([...writing, failing]);
  for (const { texts: shown } of people) await expect.poll(() => shown().length).toBe(600);
  const [ann, ben] = people.map(({ client }) => client.room(room)?.messages);
  expect(ann).toEqual(ben);
  expect(ann?.map(({ seq }) => seq)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1));
  for (const [index, own] of texts.entries())
    expect(ann?.map(({ text }) => text).filter((text) => text.startsWith(`${index} `))).toEqual(own);
  for (const { resets, gaps, client } of people) {
    expect([resets.length, gaps.length, client.room(room)?.outbox.length]).toEqual([1, 0, 0]);
  }
});

test("who was away for several pages catches up in order, while others go on writing", async () => {
  const { url, node, network } = await start();
  const ann = connect(node.url, "Ann");
  const ben = connect(url, "Ben");
  await expect.poll(() => ben.client.room(room)?.phase).toBe("live");
  network.refuse();
  for (let count = 1; count <= 700; count += 1) ann.client.send(room, `${count}`);
  await expect.poll(() => ann.texts().length).toBe(700);
  network.heal();
  for (let count = 701; count <= 800; count += 1) {
    ann.client.send(room, `${count}`);
    await pause(2);
  }
  await expect.poll(() => ben.texts().length).toBe(800);
  expect(ben.texts()).toEqual(Array.from({ length: 800 }, (_, index) => `${index + 1}`));
  expect(ben.resets).toHaveLength(1);
});

test("a newcomer reads back to the first message", async () => {
  const { url } = await start();
  const ann = connect(url, "Ann");
  for (let count = 1; count <= 60; count += 1) ann.client.send(room, `${count}`);
  await expect.poll(() => ann.texts().length).toBe(60);
  const ben = connect(url, "Ben");
  await expect.poll(() => ben.client.room(room)?.phase).toBe("live");
  expect(ben.texts()).toEqual(ann.texts().slice(-limits.firstPage));
  expect((await ben.client.readOlder(room, 30)).more).toBe(true);
  expect((await ben.client.readOlder(room, 30)).more).toBe(false);
  expect(ben.texts()).toEqual(ann.texts());
});

test("a text that its author takes out is gone for everybody, also for who was away", async () => {
  const { url, node, network } = await start();
  const ann = connect(node.url, "Ann");
  const ben = connect(url, "Ben");
  for (const text of ["1", "2"]) ann.client.send(room, text);
  await expect.poll(() => ben.texts()).toEqual(["1", "2"]);
  const takeOut = (seq: number) =>
    fetch(`${node.url}/api/rooms/${room}/messages/${seq}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${ann.sessions[0]?.token}` },
    });
  await takeOut(1);
  await expect.poll(() => ben.texts()).toEqual(["", "2"]);
  network.refuse();
  await takeOut(2);
  await expect.poll(() => ann.texts()).toEqual(["", ""]);
  network.heal();
  await expect.poll(() => ben.texts()).toEqual(["", ""]);
});

test("the same person comes back with a kept session, and another one cannot take the name", async () => {
  const { url } = await start();
  const ann = connect(url, "Ann");
  await expect.poll(() => ann.client.state.name).toBe("online");
  const stranger = connect(url, "ANN");
  await expect.poll(() => stranger.client.state).toMatchObject({ name: "stopped", why: { code: "name_taken" } });
  ann.client.stop();
  const [session] = ann.sessions;
  const again = connect(url, "Ann", { credentials: { name: "Ann", session } });
  const users: unknown[] = [];
  again.client.on("welcome", ({ user }) => users.push(user));
  await expect.poll(() => users).toEqual([session?.user]);
});
