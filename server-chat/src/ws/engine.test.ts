import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createChatWorld, eventually } from "../../test/chat-world.ts";

test("what one says, everybody hears, in one order on two nodes", async () => {
  const { start } = createChatWorld();
  const [one, two] = [await start(), await start()];
  const [ada, bob] = [await one.connect("Ada"), await two.connect("Bob")];
  await Promise.all([ada.join("tea"), bob.join("tea")]);
  for (let index = 0; index < 50; index++) {
    const sender = index % 2 === 0 ? ada : bob;
    sender.send({ type: "send", room: "tea", id: randomUUID(), text: `message ${index}` });
  }
  await eventually("all messages", () => ada.view("tea").length === 50 && bob.view("tea").length === 50);
  expect(ada.view("tea").map(({ seq }) => seq)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  expect(bob.view("tea")).toEqual(ada.view("tea"));
});
