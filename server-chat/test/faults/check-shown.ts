import type { Final, History } from "./history.ts";
import { type HistoryIndex, isA, oldest, type View } from "./history-index.ts";
import { count, type Verdict, verdict } from "./verdict.ts";

/** 5. Numbers follow each other without a hole, for clients and in history, and a number means one message to everyone. */
export function checkOrder(history: History, index: HistoryIndex): Verdict {
  const holes = [
    ...index.views.flatMap(({ client, room, shown }) => jumps(`${client} in ${room}`, shown)),
    ...history.finals.flatMap(({ room, node, messages }) => jumps(`history of ${room} by ${node}`, messages)),
    ...history.finals
      .filter(endsEarly)
      .map(({ room, node, head }) => `history of ${room} by ${node} ends before ${head}`),
  ];
  const backwards = history.finals.flatMap(({ room, messages }) =>
    messages
      .filter(({ ts }, i) => ts < (messages[i - 1]?.ts ?? 0))
      .map(({ seq }) => `time runs backwards at ${room} ${seq}`),
  );
  const wire = checkWire(history);
  const found = [
    ...holes,
    ...wire.found,
    ...ambiguities(history, index),
    ...disagreements(history, index),
    ...backwards,
  ];
  const shown = index.views.reduce((sum, view) => sum + view.shown.length, 0);
  const figure = `${count(shown)} messages in ${count(index.views.length)} views, ${count(wire.frames)} frames on the wire, ${history.finals.length} histories by nodes: ${found.length} holes, jumps or different texts`;
  return verdict(5, shown, figure, found);
}

/** 6. Who stayed to the end has seen what history holds, from where the view began to the head. */
export function checkReadToTheEnd(_history: History, index: HistoryIndex): Verdict {
  const views = index.views.filter(({ toTheEnd }) => toTheEnd);
  let compared = 0;
  const differences = views.flatMap((view) => {
    const final = index.finalByRoom.get(view.room);
    if (final === undefined) return [`${view.client}: there is no history of ${view.room}`];
    const from = view.shown[0]?.seq ?? view.start.head + 1;
    const expected = final.messages.filter(({ seq }) => seq >= from);
    compared += expected.length;
    return difference(view, final, expected);
  });
  const figure = `${count(views.length)} views to the end, ${count(compared)} messages compared, ${differences.length} differ`;
  return verdict(6, compared, figure, differences);
}

/** 8. A client starts over only if the room has a new epoch or no longer holds what follows; epochs only after a restore. */
export function checkResets(history: History, index: HistoryIndex): Verdict {
  const without: string[] = [];
  const reasons = { epoch: 0, trimmed: 0 };
  const judge = (who: string, last: Position, start: { readonly epoch: string; readonly head: number }) => {
    if (last.epoch !== start.epoch) reasons.epoch += 1;
    else if (last.seq + 1 < start.head - history.retention + 1) reasons.trimmed += 1;
    else without.push(`${who} started over at ${last.seq} of ${start.head}, epoch ${start.epoch}`);
  };
  const answers = history.events.filter(isA("joined"));
  for (const { connection, room, recovered, held, ...start } of answers) {
    if (!recovered && held !== undefined) judge(`${connection} in ${room}`, held, start);
  }
  for (const { client, room, start } of index.views) {
    if (start.last !== undefined) judge(`the view of ${client} in ${room}`, start.last, start);
  }
  const needless = [...Map.groupBy(answers, ({ room }) => room)].flatMap(([room, joins]) => {
    const epochs = new Set(joins.map(({ epoch }) => epoch));
    return epochs.size <= 1 + history.rollbacks.length ? [] : [`${room} had the epochs ${[...epochs].join(", ")}`];
  });
  const figure = `${count(answers.length)} joins and ${count(index.views.length)} views; started over ${reasons.epoch} times for a new epoch, ${reasons.trimmed} for trimmed history, ${without.length} without a reason; ${needless.length} rooms with a needless epoch`;
  return verdict(8, answers.length, figure, [...without, ...needless]);
}

interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/** Below the library, which would mend it: after a join each connection gets the next number, and no other. */
function checkWire({ events }: History): { readonly frames: number; readonly found: readonly string[] } {
  const lastByRoom = new Map<string, number>();
  const found: string[] = [];
  let frames = 0;
  for (const event of events) {
    if (event.type !== "joined" && event.type !== "frame") continue;
    const key = `${event.connection} in ${event.room}`;
    if (event.type === "joined") {
      lastByRoom.set(key, event.head);
      continue;
    }
    const last = lastByRoom.get(key);
    if (event.seq !== (last ?? 0) + 1) found.push(`on the wire ${key}: ${event.seq} follows ${last ?? "no join"}`);
    lastByRoom.set(key, event.seq);
    frames += 1;
  }
  return { frames, found };
}

const endsEarly = ({ head, messages }: Final): boolean => head > 0 && messages.at(-1)?.seq !== head;

function jumps(where: string, messages: readonly { readonly seq: number }[]): readonly string[] {
  return messages.flatMap(({ seq }, i) => {
    const before = messages[i - 1]?.seq;
    return before === undefined || seq === before + 1 ? [] : [`${where}: ${seq} follows ${before}`];
  });
}

/** One number of one epoch with two messages. */
function ambiguities(history: History, index: HistoryIndex): readonly string[] {
  const meanings = new Map<string, string>();
  const found: string[] = [];
  const learn = (key: string, meaning: string, who: string) => {
    const known = meanings.get(key);
    if (known === undefined) meanings.set(key, meaning);
    else if (known !== meaning) found.push(`${key} is ${meaning} for ${who} and ${known} elsewhere`);
  };
  for (const { room, node, epoch, messages } of history.finals) {
    for (const { seq, id, hash, deleted } of messages) {
      learn(`${room} ${epoch} ${seq}`, id, node);
      if (!deleted) learn(`text of ${id}`, hash, node);
    }
  }
  for (const { client, room, epoch, seq, id, hash, atMs } of index.views.flatMap((view) => view.shown)) {
    learn(`${room} ${epoch} ${seq} of ${client}`, id, client);
    if (hash !== "") learn(`text of ${id}`, hash, client);
    // What a restore took away has left its number to others; no client may have seen both, though.
    const restored = !index.storedById.has(id) && index.excuse(room, seq, atMs) === "rolled back";
    if (!restored) learn(`${room} ${epoch} ${seq}`, id, client);
  }
  return found;
}

/** Nodes that tell the same room differently. */
function disagreements(history: History, index: HistoryIndex): readonly string[] {
  return history.finals.flatMap((final) => {
    const first = index.finalByRoom.get(final.room);
    const tell = (one: Final | undefined) =>
      JSON.stringify([one?.epoch, one?.head, one?.messages.map(({ id, hash, deleted }) => [id, hash, deleted])]);
    return tell(first) === tell(final) ? [] : [`${final.node} and ${first?.node} tell ${final.room} differently`];
  });
}

function difference(view: View, final: Final, expected: Final["messages"]): readonly string[] {
  const { client, room, start, shown } = view;
  const where = `${client} in ${room}`;
  if (start.epoch !== final.epoch) return [`${where} is still in epoch ${start.epoch}, the room in ${final.epoch}`];
  const lastSeq = shown.at(-1)?.seq ?? start.head;
  const ends = lastSeq === final.head ? [] : [`${where} ends at ${lastSeq}, the room at ${final.head}`];
  const shownBySeq = new Map(shown.map((message) => [message.seq, message]));
  const missing = expected.flatMap(({ seq, id, hash, deleted }) => {
    const seen = shownBySeq.get(seq);
    if (seen?.id !== id) return [`${where} has ${seen?.id ?? "nothing"} at ${seq}, history ${id}`];
    const takenOut = view.removed.has(seq) || seen.hash === "";
    if (takenOut !== deleted) return [`${where}: ${seq} is ${deleted ? "not " : ""}taken out for the client only`];
    return takenOut || seen.hash === hash ? [] : [`${where} has another text at ${seq} than history`];
  });
  return [...ends, ...missing, ...beyond(where, view, final)];
}

/** Shown within what history still covers, but not there. */
function beyond(where: string, { shown }: View, final: Final): readonly string[] {
  const held = new Set(final.messages.map(({ seq }) => seq));
  return shown
    .filter(({ seq }) => seq >= oldest(final) && !held.has(seq))
    .map(({ seq }) => `${where} was shown ${seq}, which history does not hold`);
}
