import { type ChatClient, type ChatOptions, createChatClient } from "../chat-client.ts";
import type { ChatEvents } from "../events.ts";
import { createFakeChat, type FakeChat } from "./fake-chat.ts";
import { createFakeClock, type FakeClock } from "./fake-clock.ts";
import { room, uuidOf } from "./fake-history.ts";

type Told = { readonly [Name in keyof ChatEvents]: { readonly event: Name; readonly value: ChatEvents[Name] } };

/** A client on a fake chat, with everything that it told. */
export interface FakeMember {
  readonly clock: FakeClock;
  readonly chat: FakeChat;
  readonly client: ChatClient;
  readonly told: readonly Told[keyof ChatEvents][];
  /** Values of one kind of event. */
  all<Name extends keyof ChatEvents>(event: Name): readonly ChatEvents[Name][];
  /** Texts that the room shows. */
  readonly texts: readonly string[];
}

const eventNames: Record<keyof ChatEvents, true> = {
  state: true,
  welcome: true,
  session: true,
  message: true,
  reset: true,
  gap: true,
  deleted: true,
  ack: true,
  outbox: true,
  presence: true,
  typing: true,
  error: true,
  refused: true,
  drain: true,
};

export function createFakeMember(options: Partial<ChatOptions> = {}): FakeMember {
  const clock = createFakeClock();
  const chat = createFakeChat(clock);
  let ids = 0;
  const client = createChatClient({
    url: "http://chat.test",
    credentials: { name: "Ann" },
    ...options,
    surroundings: {
      WebSocket: chat.WebSocket,
      fetch: chat.fetch,
      clock,
      random: () => 0.5,
      createId: () => {
        ids += 1;
        return uuidOf(`own ${ids}`);
      },
      watchNetwork: () => () => {},
      ...options.surroundings,
    },
  });
  const told: Told[keyof ChatEvents][] = [];
  for (const event of Object.keys(eventNames) as (keyof ChatEvents)[])
    client.on(event, (value) => told.push({ event, value } as Told[keyof ChatEvents]));
  return {
    clock,
    chat,
    client,
    told,
    all: (event) => told.flatMap((one) => (one.event === event ? [one.value as never] : [])),
    get texts() {
      return client.room(room)?.messages.map(({ text }) => text) ?? [];
    },
  };
}

/** A member that is in the room. */
export async function joinedMember(options: Partial<ChatOptions> = {}): Promise<FakeMember> {
  const member = createFakeMember(options);
  member.client.join(room);
  member.client.connect();
  await member.clock.advance(100);
  return member;
}

/** Somebody else writes. */
export const write = ({ chat }: FakeMember, ...texts: readonly string[]): void => {
  for (const text of texts) chat.write(text);
};

export const numbers = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `${from + index}`);

/** A member that has seen message 1 and misses those up to `to` while it is away. */
export async function memberAwayUntil(to: number): Promise<FakeMember> {
  const member = await joinedMember();
  write(member, "1");
  await member.clock.advance(10);
  member.chat.refuse(true);
  member.chat.close(1006);
  await member.clock.advance(10);
  write(member, ...numbers(2, to));
  member.chat.refuse(false);
  return member;
}
