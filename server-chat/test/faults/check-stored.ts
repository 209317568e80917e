import { expelled, type Final, type History } from "./history.ts";
import { type HistoryIndex, isA } from "./history-index.ts";
import { count, type Verdict, verdict } from "./verdict.ts";

/** 1. What was acknowledged is in history, under the number that was acknowledged. */
export function checkAcknowledged(_history: History, index: HistoryIndex): Verdict {
  const lost = new Set<string>();
  const moved = new Set<string>();
  const rolledBack = new Set<string>();
  const trimmed = new Set<string>();
  const ids = new Set<string>();
  for (const { id, room, seq, atMs } of index.acks) {
    ids.add(id);
    const stored = index.storedById.get(id);
    if (stored?.seq === seq) continue;
    const excuse = index.excuse(room, seq, atMs);
    if (excuse === "rolled back") rolledBack.add(id);
    else if (stored !== undefined) moved.add(`${id} was acknowledged as ${room} ${seq} and is stored as ${stored.seq}`);
    else if (excuse === "trimmed") trimmed.add(id);
    else lost.add(`${id} was acknowledged as ${room} ${seq} and is not in history`);
  }
  const figure = [
    `${count(ids.size)} acknowledged, ${count(lost.size)} lost, ${count(moved.size)} under another number`,
    ...(trimmed.size > 0 ? [`${count(trimmed.size)} beyond the retention`] : []),
    ...(rolledBack.size > 0 ? [`${count(rolledBack.size)} gone with the state that a restore replaced`] : []),
  ].join(", ");
  return verdict(1, ids.size, figure, [...lost, ...moved]);
}

/** 2. Nothing is in history that nobody sent, and nothing was shown that is not in history. */
export function checkPhantoms(_history: History, index: HistoryIndex): Verdict {
  const madeUp = stored(index).flatMap(({ room, id, user, hash, deleted }) => {
    const sent = index.invokeById.get(id);
    const same = sent?.room === room && sent.user === user && (deleted || sent.hash === hash);
    return same ? [] : [`${room} holds ${id} of ${user}, which nobody sent like that`];
  });
  const shown = index.views.flatMap((view) => view.shown);
  const unsaid = shown
    .filter(({ id, room, seq, atMs }) => !index.storedById.has(id) && index.excuse(room, seq, atMs) === undefined)
    .map(({ client, room, seq, id }) => `${client} was shown ${room} ${seq} ${id}, which is not in history`);
  const figure = `${count(stored(index).length)} stored, ${madeUp.length} made up; ${count(shown.length)} shown, ${unsaid.length} not stored`;
  return verdict(2, stored(index).length, figure, [...madeUp, ...unsaid]);
}

/** 3. Each id is at most once in history, and at most once in what a client shows. */
export function checkDuplicates(history: History, index: HistoryIndex): Verdict {
  const storedTwice = history.finals.flatMap(({ room, messages }) =>
    repeated(messages.map(({ id }) => id)).map((id) => `${room} holds ${id} more than once`),
  );
  const shownTwice = index.views.flatMap(({ client, room, shown }) =>
    repeated(shown.map(({ id }) => id)).map((id) => `${client} was shown ${id} of ${room} more than once`),
  );
  const shown = index.views.reduce((sum, view) => sum + view.shown.length, 0);
  const figure = `${count(stored(index).length)} stored, ${storedTwice.length} twice; ${count(shown)} shown, ${shownTwice.length} twice`;
  return verdict(3, shown, figure, [...storedTwice, ...shownTwice]);
}

/** 4. A send whose outcome was unknown for a while is stored once or not at all, and everyone is answered in the end. */
export function checkUnknownOutcomes(history: History, index: HistoryIndex): Verdict {
  const unknown = new Set(history.events.filter(isA("unknown")).map(({ id }) => id));
  const times = new Map<string, number>();
  for (const { id } of stored(index)) if (unknown.has(id)) times.set(id, (times.get(id) ?? 0) + 1);
  const twice = [...times].filter(([, n]) => n > 1).map(([id, n]) => `${id} of unknown outcome is stored ${n} times`);
  const answered = new Set(
    history.events.filter((event) => event.type === "ack" || event.type === "failed").map(({ id }) => id),
  );
  const refused = history.events
    .filter(isA("failed"))
    .filter(({ code }) => code !== expelled)
    .map(({ client, id, code }) => `${client} was refused ${id} for good: ${code}`);
  const stuck = index.invokes
    .filter(({ id }) => !answered.has(id))
    .map(({ client, id }) => `${client} was never told what became of ${id}`);
  const figure = `${count(unknown.size)} unknown for a while, ${count(times.size)} stored once, ${twice.length} twice, ${count(unknown.size - times.size)} not; ${stuck.length} of ${count(index.invokes.length)} sends never answered, ${refused.length} refused for good`;
  return verdict(4, index.invokes.length, figure, [...twice, ...stuck, ...refused]);
}

/** 7. What a client sent first has the lower number. */
export function checkSenderOrder(_history: History, index: HistoryIndex): Verdict {
  const last = new Map<string, number>();
  const turned: string[] = [];
  let looked = 0;
  for (const { client, room, id } of index.invokes) {
    const seq = index.storedById.get(id)?.seq;
    if (seq === undefined) continue;
    const key = `${client} in ${room}`;
    const before = last.get(key) ?? 0;
    if (seq <= before) turned.push(`${key}: ${id} is ${seq}, after an earlier one with ${before}`);
    last.set(key, Math.max(seq, before));
    looked += 1;
  }
  const figure = `${count(looked)} messages of ${last.size} senders, ${turned.length} overtaken`;
  return verdict(7, looked, figure, turned);
}

const stored = (index: HistoryIndex) =>
  [...index.finalByRoom.values()].flatMap(({ room, messages }: Final) =>
    messages.map((message) => ({ room, ...message })),
  );

function repeated(ids: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.size === seen.add(id).size);
}
