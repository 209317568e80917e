import { setTimeout as sleep } from "node:timers/promises";
import type { Target } from "../commands.ts";
import type { Member } from "../dialect.ts";
import { startChatReader } from "./chat-reader.ts";
import { type CutRecords, Outage } from "./cut-record.ts";
import { type CutKind, startLink } from "./link.ts";
import { startSocketIoReader } from "./socket-io-reader.ts";
import { View } from "./view.ts";

/** What all clients of a run share. */
export interface Journey {
  readonly target: Target;
  readonly records: CutRecords;
  /** Messages from this number on must reach everybody. */
  readonly from: number;
  /** The newest message that was acknowledged. */
  stored: number;
}

/** One client and its link. */
export interface Wanderer {
  readonly view: View;
  readonly bytesDown: number;
  /** Cut, away for so long, back, and caught up; false if it never does. */
  outage(kind: CutKind, offlineMs: number): Promise<boolean>;
  stop(): Promise<void>;
}

const startReader = { ours: startChatReader, peer: startSocketIoReader };
/** A client that is still behind then will not catch up. */
const catchUpWithinMs = 15_000;

export async function startWanderer(journey: Journey, member: Member): Promise<Wanderer> {
  const { side, room, ports } = journey.target;
  const view = new View(journey.from);
  let outage: Outage | undefined;
  let caughtUp = () => {};
  const link = await startLink(ports[0] ?? 0, () => outage?.reopen(performance.now(), journey.stored));
  const reader = startReader[side]({
    port: link.port,
    room,
    member,
    view,
    changed() {
      if (outage?.end(view.last, performance.now(), journey.records) !== true) return;
      outage = undefined;
      caughtUp();
    },
    restarted() {
      if (outage !== undefined) outage.restarted = true;
    },
  });
  return {
    view,
    get bytesDown() {
      return link.bytesDown;
    },
    async outage(kind, offlineMs) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      const current = new Outage(kind);
      outage = current;
      caughtUp = () => resolve(true);
      link.cut(kind);
      await sleep(offlineMs);
      current.restore(performance.now());
      link.restore();
      const timer = setTimeout(resolve, catchUpWithinMs, false);
      const result = await promise;
      clearTimeout(timer);
      return result;
    },
    async stop() {
      reader.stop();
      await link.close();
    },
  };
}
