import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { StoreError } from "../src/store/store.ts";
import { createChatWorld } from "./chat-world.ts";

// protocol.md, "Sending in order": what a client may do that does not want to send a failed message again.
test("a message that failed for now is given up together with its connection", async () => {
  const { start } = createChatWorld();
  const node = await start({
    wrap: (store) => ({
      ...store,
      async publish(room, draft, known) {
        if (draft.text === "not now") throw new StoreError("refused", "test");
        return store.publish(room, draft, known);
      },
    }),
  });
  const first = await node.connect("Ada");
  await first.join("tea");
  first.send({ type: "send", room: "tea", id: randomUUID(), text: "not now" });
  await first.next("error");
  first.send({ type: "send", room: "tea", id: randomUUID(), text: "behind it" });
  expect(await first.next("error")).toMatchObject({ code: "earlier_failed" });

  const second = await node.connect("Ada");
  await second.join("tea");
  expect(await second.say("tea", "something else")).toMatchObject({ seq: 1 });
});
