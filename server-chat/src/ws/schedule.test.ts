import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChatSocket } from "../../test/chat-socket.ts";
import { type ChatWorld, createChatWorld, eventually, type TestNode } from "../../test/chat-world.ts";
import type { Message, ServerFrame } from "../protocol/frames.ts";
import type { MemoryStore } from "../store/memory-store.ts";

type Step =
  | { readonly do: "publish" | "lose" | "takeOut"; readonly node: number; readonly count: number }
  | { readonly do: "deafen" | "hear"; readonly node: number }
  | { readonly do: "cut" | "resume" | "send"; readonly client: number; readonly node: number }
  | { readonly do: "remember" | "goBack" | "rest" };

const node = fc.nat({ max: 1 });
const client = fc.nat({ max: 2 });
const step = fc.oneof(
  fc.record({
    do: fc.constantFrom("publish", "publish", "lose", "takeOut"),
    node,
    count: fc.integer({ min: 1, max: 40 }),
  }),
  fc.record({ do: fc.constantFrom("deafen", "hear"), node }),
  fc.record({ do: fc.constantFrom("cut", "resume", "resume", "send"), client, node }),
  fc.record({ do: fc.constantFrom("rest", "rest", "rest", "remember", "goBack") }),
) as fc.Arbitrary<Step>;

const room = "tea";
const withoutText = (message: Message): Message => ({ ...message, text: "", deleted: true });

/**
 * A reader that trusts the server: it follows the protocol's rules for resuming and starting over, drops nothing and
 * sorts nothing, so that whatever comes twice, too early or never shows.
 */
class TrustingReader {
  readonly name: string;
  view: readonly Message[] = [];
  epoch = "";
  /** The number after which the next message comes. */
  last = 0;
  violations: string[] = [];
  #socket: ChatSocket | undefined;
  #read = 0;

  constructor(name: string) {
    this.name = name;
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  async resume(at: TestNode, store: MemoryStore): Promise<void> {
    if (this.#socket !== undefined) return;
    const socket = await at.connect(this.name);
    this.#socket = socket;
    this.#read = 0;
    const id = this.view.at(-1)?.id;
    const place = { epoch: this.epoch, after: this.last, ...(id !== undefined && { id }) };
    socket.send({ type: "join", room, ...(this.epoch !== "" && place) });
    const joined = await socket.next("joined");
    if (joined.more) await this.#page(store, joined.messages.at(-1)?.seq ?? this.last, joined.head);
    this.look();
  }

  cut(): void {
    this.look();
    this.#socket?.cut();
    this.#socket = undefined;
  }

  send(): void {
    this.#socket?.send({ type: "send", room, id: randomUUID(), text: `from ${this.name}` });
  }

  /** Takes in what has come. */
  look(): void {
    const frames = this.#socket?.frames ?? [];
    for (; this.#read < frames.length; this.#read++) {
      const frame = frames[this.#read];
      if (frame !== undefined) this.#take(frame);
    }
  }

  #rest: readonly Message[] = [];

  /** What did not fit into the answer, as REST gives it. */
  async #page(store: MemoryStore, after: number, head: number): Promise<void> {
    const page = await store.read(room, { after, limit: head - after });
    this.#rest = page?.messages ?? [];
  }

  #take(frame: ServerFrame): void {
    if (frame.type === "joined") {
      if (!frame.recovered) this.view = [];
      const before = this.view.map((one) => (frame.deleted?.includes(one.seq) ? withoutText(one) : one));
      this.view = [...before, ...frame.messages, ...this.#rest];
      this.#rest = [];
      this.epoch = frame.epoch;
      this.last = frame.head;
    } else if (frame.type === "message") {
      if (frame.seq !== this.last + 1) this.violations.push(`${this.name}: ${frame.seq} after ${this.last}`);
      const { type: _type, room: _room, ...message } = frame;
      this.view = [...this.view, message];
      this.last = frame.seq;
    } else if (frame.type === "deleted") {
      this.view = this.view.map((one) => (one.seq === frame.seq ? withoutText(one) : one));
    }
  }
}

async function startNodes({ start }: ChatWorld) {
  const lost = [0, 0];
  const nodes = await Promise.all(
    lost.map((_none, index) =>
      start({
        pace: { checkMs: 30, tendMs: 30 },
        wrap: (store) => ({
          ...store,
          // What a page says is a little old when it comes, and the bus goes on meanwhile.
          async read(...range) {
            const page = await store.read(...range);
            await new Promise((resolve) => setTimeout(resolve, 2));
            return page;
          },
          async open(...page) {
            const opened = await store.open(...page);
            await new Promise((resolve) => setTimeout(resolve, 2));
            return opened;
          },
          listen: (listener) =>
            store.listen({
              event(event) {
                const left = lost[index] ?? 0;
                if (left > 0) lost[index] = left - 1;
                else listener.event(event);
              },
              interrupted: listener.interrupted,
            }),
        }),
      }),
    ),
  );
  return { lost, nodes };
}

async function play(steps: readonly Step[]): Promise<void> {
  const chat = createChatWorld({ retention: { messages: 5_000, ageMs: 3_600_000 } });
  const { lost, nodes } = await startNodes(chat);
  const readers = ["Ada", "Bob", "Cleo"].map((name) => new TrustingReader(name));
  let goBack = chat.world.snapshot();
  const at = (index: number) => nodes[index] ?? expect.fail();
  const reader = (index: number) => readers[index] ?? expect.fail();
  const store = at(0).store;
  const act: { readonly [Do in Step["do"]]: (one: Extract<Step, { do: Do }>) => unknown } = {
    async publish({ node: index, count }) {
      const user = { id: "u-Writer", name: "Writer" };
      for (let done = 0; done < count; done++)
        await at(index).store.publish(room, { id: randomUUID(), user, text: "x" });
    },
    lose({ node: index, count }) {
      lost[index] = count;
    },
    async takeOut({ node: index, count }) {
      await at(index).store.remove(room, count);
    },
    deafen: ({ node: index }) => at(index).store.deafen(),
    hear: ({ node: index }) => at(index).store.hearAgain(),
    cut: ({ client: index }) => reader(index).cut(),
    resume: ({ client: index, node: where }) => reader(index).resume(at(where), store),
    send: ({ client: index }) => reader(index).send(),
    rest: () => new Promise((resolve) => setTimeout(resolve, 3)),
    remember() {
      goBack = chat.world.snapshot();
    },
    goBack() {
      goBack();
      // A store that comes back from a backup was away before.
      for (const one of nodes) one.store.hearAgain();
    },
  };
  for (const one of steps) await act[one.do](one as never);

  lost.fill(0);
  for (const one of nodes) one.store.hearAgain();
  for (const one of readers) await one.resume(at(0), store);
  await eventually("everybody to see history", async () => {
    const page = await store.read(room, { latest: true, limit: 5_000 });
    for (const one of readers) one.look();
    return readers.every(({ epoch, last, view }) => {
      const newest = page?.messages.slice(page.messages.length - view.length);
      return epoch === page?.epoch && last === page.head && isDeepStrictEqual(view, newest);
    });
  });
  for (const one of readers) {
    expect(one.violations).toEqual([]);
    one.cut();
  }
  await Promise.all(nodes.map((one) => one.kill()));
}

test("whatever is lost, cut and restored, every reader ends with history, without a gap or a duplicate on the way", async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), play), { numRuns: 60 });
});
