import type { Member } from "../dialect.ts";
import type { View } from "./view.ts";

export interface ReaderOptions {
  readonly port: number;
  readonly room: string;
  readonly member: Member;
  readonly view: View;
  /** The view has changed. */
  readonly changed: () => void;
  /** The room began anew: the server did not go on from where this client was. */
  readonly restarted: () => void;
}

/** A client that reads, over a link that breaks, and connects again by itself. */
export interface Reader {
  stop(): void;
}

export type StartReader = (options: ReaderOptions) => Reader;

/** What both sides wait between attempts, at least and at most. */
export const backoff = { minMs: 200, maxMs: 1_000 } as const;
