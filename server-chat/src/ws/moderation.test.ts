import { expect, test } from "vitest";
import { ChatSocket } from "../../test/chat-socket.ts";
import { createChatWorld } from "../../test/chat-world.ts";

const moderator = { id: "u-Mod", name: "Mod" };

test("a kick closes the user's connections on every node, and nobody else's", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [here, there, bob] = [await one.connect("Ada"), await two.connect("Ada"), await two.connect("Bob")];
  await bob.join("tea");
  await one.store.announce({ type: "kick", user: "u-Ada" });
  for (const client of [here, there]) expect(await client.closed).toEqual({ code: 4503, reason: "kicked" });
  await bob.say("tea", "still here");
  // To kick is not to ban.
  await one.connect("Ada");
});

test("a ban closes the user's connections on every node and keeps them closed", async () => {
  const { start, tokens } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [here, there] = [await one.connect("Ada"), await two.connect("Ada")];
  await one.bans.ban({ user: "u-Ada", durationMs: 60_000, address: false, by: moderator });
  for (const client of [here, there]) expect(await client.closed).toEqual({ code: 4504, reason: "banned" });
  const again = await ChatSocket.open(two.port);
  again.send({ type: "hello", token: (await tokens.sign({ id: "u-Ada", name: "Ada" }, "member")).token });
  expect(await again.next("error")).toMatchObject({ code: "banned" });
  expect(await again.closed).toMatchObject({ code: 4504 });
  await one.bans.lift("u-Ada");
  await one.connect("Ada");
});

test("a ban by address reaches whoever comes from there, but not the moderator next door", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start({ readAddress: () => "198.51.100.7" })];
  const [ada, alias, far] = [await one.connect("Ada"), await one.connect("Alias"), await two.connect("Far")];
  const mod = await one.connect("Mod", "moderator");
  await two.bans.ban({ user: "u-Ada", durationMs: 60_000, address: true, by: moderator });
  for (const client of [ada, alias]) expect(await client.closed).toMatchObject({ code: 4504 });
  for (const client of [mod, far]) {
    client.send({ type: "ping" });
    await client.next("pong");
  }
});
