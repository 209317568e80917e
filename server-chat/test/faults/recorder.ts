import type { CatchUp, Event } from "./history.ts";

/** Collects what all clients do and see. */
export interface Recorder {
  readonly events: readonly Event[];
  readonly catchUps: readonly (CatchUp & { readonly openedMs: number })[];
  record(event: Event): void;
  catchUp(client: string, openedMs: number): void;
  /** A connection that had been open is no longer. */
  lostConnection(): void;
  /** What clients saw since a moment. */
  since(mark: Tally): Tally;
  tally(): Tally;
  nowMs(): number;
}

export interface Tally {
  readonly acknowledged: number;
  readonly unknown: number;
  readonly connectionsLost: number;
  readonly startedOver: number;
}

export function createRecorder(nowMs: () => number): Recorder {
  const events: Event[] = [];
  const acknowledged = new Set<string>();
  const catchUps: (CatchUp & { openedMs: number })[] = [];
  let tally: Tally = { acknowledged: 0, unknown: 0, connectionsLost: 0, startedOver: 0 };
  const add = (name: keyof Tally) => {
    tally = { ...tally, [name]: tally[name] + 1 };
  };
  return {
    events,
    catchUps,
    record(event) {
      events.push(event);
      // Told twice, on the wire and by the library.
      if (event.type === "ack" && acknowledged.size < acknowledged.add(event.id).size) add("acknowledged");
      if (event.type === "unknown") add("unknown");
      if (event.type === "view" && event.last !== undefined) add("startedOver");
    },
    catchUp(client, openedMs) {
      catchUps.push({ client, openedMs, ms: nowMs() - openedMs });
    },
    lostConnection: () => add("connectionsLost"),
    since: (mark) => ({
      acknowledged: tally.acknowledged - mark.acknowledged,
      unknown: tally.unknown - mark.unknown,
      connectionsLost: tally.connectionsLost - mark.connectionsLost,
      startedOver: tally.startedOver - mark.startedOver,
    }),
    tally: () => tally,
    nowMs,
  };
}
