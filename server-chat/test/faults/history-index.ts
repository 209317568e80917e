import type { Ack, Event, Final, History, Invoke, Shown, Stored, ViewStart } from "./history.ts";

/** What a client showed of a room from one fresh start to the next. */
export interface View {
  readonly client: string;
  readonly room: string;
  readonly start: ViewStart;
  readonly shown: readonly Shown[];
  /** Numbers whose text was taken out while they were shown. */
  readonly removed: ReadonlySet<number>;
  /** Whether the client was still there at the end of the run. */
  readonly toTheEnd: boolean;
}

/** The history, sorted by what the checks ask for. */
export interface HistoryIndex {
  readonly invokes: readonly Invoke[];
  readonly invokeById: ReadonlyMap<string, Invoke>;
  readonly acks: readonly Ack[];
  readonly views: readonly View[];
  /** Each room as the first node tells it. */
  readonly finalByRoom: ReadonlyMap<string, Final>;
  readonly storedById: ReadonlyMap<string, Stored>;
  /** Why it is right that history does not hold a message seen at that time with that number; undefined: it is not. */
  excuse(room: string, seq: number, atMs: number): "rolled back" | "trimmed" | undefined;
}

export const isA =
  <T extends Event["type"]>(type: T) =>
  (event: Event): event is Extract<Event, { readonly type: T }> =>
    event.type === type;

export function indexHistory(history: History): HistoryIndex {
  const { events, finals, rollbacks } = history;
  const invokes = events.filter(isA("invoke"));
  // The first node's: that all nodes agree is a check of its own.
  const finalByRoom = new Map([...finals].reverse().map((final) => [final.room, final]));
  const stored = [...finalByRoom.values()].flatMap(({ messages }) => messages);
  return {
    invokes,
    invokeById: new Map(invokes.map((invoke) => [invoke.id, invoke])),
    acks: events.filter(isA("ack")),
    views: collectViews(history),
    finalByRoom,
    storedById: new Map(stored.map((message) => [message.id, message])),
    excuse(room, seq, atMs) {
      if (rollbacks.some(({ fromMs, toMs }) => atMs >= fromMs && atMs <= toMs)) return "rolled back";
      const final = finalByRoom.get(room);
      return final !== undefined && seq < oldest(final) ? "trimmed" : undefined;
    },
  };
}

/** The oldest number that history still has. */
export const oldest = ({ head, messages }: Final): number => messages[0]?.seq ?? head + 1;

function collectViews({ events, readers }: History): readonly View[] {
  interface Growing extends View {
    readonly shown: Shown[];
    readonly removed: Set<number>;
    toTheEnd: boolean;
  }
  const views: Growing[] = [];
  const current = new Map<string, Growing>();
  for (const event of events) {
    if (event.type !== "view" && event.type !== "shown" && event.type !== "removed") continue;
    const { client, room } = event;
    const key = `${client} ${room}`;
    if (event.type === "view") {
      const view = { client, room, start: event, shown: [], removed: new Set<number>(), toTheEnd: false };
      views.push(view);
      current.set(key, view);
    } else if (event.type === "shown") {
      current.get(key)?.shown.push(event);
    } else {
      current.get(key)?.removed.add(event.seq);
    }
  }
  for (const { client, room } of readers) {
    const last = current.get(`${client} ${room}`);
    if (last !== undefined) last.toTheEnd = true;
  }
  return views;
}
