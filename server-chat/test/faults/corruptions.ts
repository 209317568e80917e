import type { Event, Final, History, Stored } from "./history.ts";
import { isA } from "./history-index.ts";
import type { Random } from "./random.ts";
import type { Property } from "./verdict.ts";

/** One violation of one promise, planted into a correct history. */
export interface Corruption {
  readonly what: string;
  readonly breaks: Property;
  corrupt(history: History, random: Random): History;
}

/** What nobody can excuse: sent and answered after the restore. */
const settled = ({ rollbacks }: History, { atMs }: Event): boolean => rollbacks.every(({ toMs }) => atMs > toMs);

const replace = <T>(items: readonly T[], old: T, ...by: readonly T[]): readonly T[] =>
  items.flatMap((item) => (item === old ? by : [item]));

const inFinals = (
  history: History,
  change: (messages: readonly Stored[], final: Final) => readonly Stored[],
): History => ({
  ...history,
  finals: history.finals.map((final) => ({ ...final, messages: change(final.messages, final) })),
});

/** Picks an event and puts others in its place. */
function onEvent<T extends Event["type"]>(
  type: T,
  by: (event: Extract<Event, { readonly type: T }>, history: History) => readonly Event[],
) {
  return (history: History, random: Random): History => {
    const event = random.pick(history.events.filter(isA(type)).filter((one) => settled(history, one)));
    return { ...history, events: replace(history.events, event as Event, ...by(event, history)) };
  };
}

/** Picks a message that was acknowledged for good, and changes history around it. */
function onStored(change: (message: Stored) => readonly Stored[]) {
  return (history: History, random: Random): History => {
    const { id } = random.pick(history.events.filter(isA("ack")).filter((one) => settled(history, one)));
    return inFinals(history, (messages) => messages.flatMap((one) => (one.id === id ? change(one) : [one])));
  };
}

export const corruptions: readonly Corruption[] = [
  { what: "an acknowledged message missing from history", breaks: 1, corrupt: onStored(() => []) },
  {
    what: "a message stored under another number than acknowledged",
    breaks: 1,
    corrupt: onEvent("ack", (ack) => [{ ...ack, seq: ack.seq + 1 }]),
  },
  { what: "a text in history that was never sent", breaks: 2, corrupt: onStored((one) => [{ ...one, hash: "other" }]) },
  { what: "a message under somebody else's name", breaks: 2, corrupt: onStored((one) => [{ ...one, user: "zoe" }]) },
  {
    what: "a message in history that nobody sent",
    breaks: 2,
    corrupt: (history) =>
      inFinals(history, (messages, { head }) => [
        ...messages,
        { seq: head + 1, id: "forged", user: "ann", hash: "forged", ts: Number.MAX_SAFE_INTEGER, deleted: false },
      ]),
  },
  {
    what: "a message shown but not stored",
    breaks: 2,
    corrupt: onEvent("shown", (shown) => [shown, { ...shown, seq: shown.seq + 1, id: "unstored" }]),
  },
  { what: "a message stored twice", breaks: 3, corrupt: onStored((one) => [one, { ...one, seq: one.seq + 1 }]) },
  { what: "a message shown twice", breaks: 3, corrupt: onEvent("shown", (shown) => [shown, shown]) },
  {
    what: "a resent message stored twice",
    breaks: 4,
    corrupt: (history, random) => {
      const doubled = onStored((one) => [one, { ...one, seq: one.seq + 1 }])(history, random);
      const ids = doubled.finals.flatMap(({ messages }) => messages.map(({ id }) => id));
      const id = ids.find((one, i) => ids[i - 1] === one) ?? "";
      return { ...doubled, events: [...doubled.events, { type: "unknown", atMs: 0, client: "ann", id }] };
    },
  },
  { what: "a send that was never answered", breaks: 4, corrupt: onEvent("ack", () => []) },
  {
    what: "a send that is refused for good although nothing is wrong with it",
    breaks: 4,
    corrupt: onEvent("ack", ({ atMs, client, id }) => [{ type: "failed", atMs, client, id, code: "not_joined" }]),
  },
  { what: "a hole in what a client was shown", breaks: 5, corrupt: skipOne },
  {
    what: "another text for one client",
    breaks: 5,
    corrupt: onEvent("shown", (shown) => [{ ...shown, hash: "other" }]),
  },
  {
    what: "a live message that skips a number on the wire",
    breaks: 5,
    corrupt: onEvent("frame", (frame) => [{ ...frame, seq: frame.seq + 1 }]),
  },
  { what: "a live message twice on the wire", breaks: 5, corrupt: onEvent("frame", (frame) => [frame, frame]) },
  {
    what: "two nodes that tell a room differently",
    breaks: 5,
    corrupt: ({ finals, ...rest }) => {
      const [first, ...others] = finals;
      const short = first === undefined ? [] : [{ ...first, messages: first.messages.slice(1) }];
      return { ...rest, finals: [...others, ...short] };
    },
  },
  {
    what: "time that runs backwards in a room",
    breaks: 5,
    corrupt: (history) => inFinals(history, (messages) => messages.map((one, i) => ({ ...one, ts: 1_000_000 - i }))),
  },
  { what: "a client that stopped before the end", breaks: 6, corrupt: dropLast },
  {
    what: "a text that was taken out for everyone but one client",
    breaks: 6,
    corrupt: (history) => inFinals(history, (messages) => messages.map((one) => ({ ...one, hash: "", deleted: true }))),
  },
  { what: "a sender's messages the wrong way round", breaks: 7, corrupt: turnSends },
  {
    what: "an answer that starts a client over without a reason",
    breaks: 8,
    corrupt: onEvent("joined", (joined) => {
      const { epoch, head } = joined;
      return [{ ...joined, recovered: false, held: { epoch, seq: head } }];
    }),
  },
  {
    what: "a view that starts over without a reason",
    breaks: 8,
    corrupt: onEvent("shown", (shown) => {
      const { atMs, client, room, epoch, seq } = shown;
      return [shown, { type: "view", atMs, client, room, epoch, head: seq, last: { epoch, seq } }];
    }),
  },
  {
    what: "a new epoch although the store never went back",
    breaks: 8,
    corrupt: (history) => ({ ...history, rollbacks: [] }),
  },
  { what: "a ghost", breaks: 9, corrupt: onPresence({ ghosts: ["kim"] }) },
  { what: "somebody present whom a node does not list", breaks: 9, corrupt: onPresence({ missing: ["kim"] }) },
  { what: "a list that is right too late", breaks: 9, corrupt: onPresence({ ms: 60_000 }) },
  {
    what: "a door that stays open to a banned user",
    breaks: 10,
    corrupt: onBans({ doors: [{ door: "n1", ms: undefined }] }),
  },
  {
    what: "a banned user who goes on speaking",
    breaks: 10,
    corrupt: onBans({ user: "ann", atMs: 0, boundMs: 0, doors: [{ door: "n1", ms: 0 }] }),
  },
  {
    what: "a slow return",
    breaks: 11,
    corrupt: (history) => ({ ...history, catchUps: [...history.catchUps, { client: "ann", ms: 9_000 }] }),
  },
  { what: "memory that grows", breaks: 12, corrupt: onMemory({ endBytes: 5_000 }) },
  { what: "a connection that a node never forgets", breaks: 12, corrupt: onMemory({ connections: 1 }) },
];

/** Takes a message out of the middle of a view. */
function skipOne(history: History, random: Random): History {
  const shown = history.events.filter(isA("shown"));
  const neighbour = (seq: number, of: (typeof shown)[number]) =>
    shown.some((one) => one.client === of.client && one.epoch === of.epoch && one.seq === seq);
  const middle = shown.filter((one) => neighbour(one.seq - 1, one) && neighbour(one.seq + 1, one));
  return { ...history, events: replace(history.events, random.pick(middle) as Event) };
}

function dropLast(history: History): History {
  const last = history.events.findLast(isA("shown"));
  return { ...history, events: history.events.filter((event) => event !== last) };
}

/** Says that a sender's two last messages were sent the other way round. */
function turnSends(history: History): History {
  const acked = new Set(
    history.events
      .filter(isA("ack"))
      .filter((one) => settled(history, one))
      .map(({ id }) => id),
  );
  const invokes = history.events.filter(isA("invoke")).filter(({ id }) => acked.has(id));
  const sender = invokes.find(({ client }, i) => invokes.slice(i + 1).some((one) => one.client === client))?.client;
  const [first, second] = invokes.filter(({ client }) => client === sender);
  const events = history.events.map((event) => (event === first ? second : event === second ? first : event));
  return { ...history, events: events as readonly Event[] };
}

function onPresence(change: Partial<History["presence"][number]>) {
  return (history: History): History => ({
    ...history,
    presence: history.presence.map((one) => ({ ...one, ...change })),
  });
}

function onBans(change: Partial<History["bans"][number]>) {
  return (history: History): History => ({ ...history, bans: history.bans.map((one) => ({ ...one, ...change })) });
}

function onMemory(change: Partial<History["memory"][number]>) {
  return (history: History): History => ({ ...history, memory: history.memory.map((one) => ({ ...one, ...change })) });
}
