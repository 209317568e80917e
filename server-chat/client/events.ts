import type { Message, ServerFrame, ServerInfo, User } from "../src/protocol/frames.ts";
import type { ConnectionState } from "./link.ts";
import type { OutboxEntry } from "./outbox.ts";
import type { Session } from "./rest.ts";
import type { Place } from "./timeline.ts";

type Frame<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** How a message came: `live`, with `joined` or a page after a `resume`, or with the first page of a room. */
export type Way = "live" | "resume" | "start";

/** What the client tells of itself. In the order in which it happened. */
export interface ChatEvents {
  readonly state: ConnectionState;
  readonly welcome: { readonly user: User; readonly server: ServerInfo };
  /** A token to keep, so that a reload comes back as the same user. */
  readonly session: Session;
  /** The next message of a room: its number is one more than that of the message before it in this epoch. */
  readonly message: {
    readonly room: string;
    readonly epoch: string;
    readonly message: Message;
    readonly way: Way;
  };
  /**
   * The room starts over with other messages; those of the new page follow as `message`. Without `previous` it is the
   * first time, otherwise the epoch changed or history no longer has what comes after `previous`.
   */
  readonly reset: {
    readonly room: string;
    readonly epoch: string;
    readonly head: number;
    readonly previous: Place | undefined;
  };
  /** A live message did not follow the one before it. It was not shown; the room resumes. */
  readonly gap: { readonly room: string; readonly epoch: string; readonly expected: number; readonly found: number };
  readonly deleted: { readonly room: string; readonly seq: number };
  /** The epoch is that of this client's view when the frame came. */
  readonly ack: Frame<"ack"> & { readonly epoch: string | undefined };
  /** One of this client's own messages: pending, then sent or failed. */
  readonly outbox: OutboxEntry;
  readonly presence: { readonly room: string; readonly count: number; readonly names: readonly User[] | undefined };
  readonly typing: { readonly room: string; readonly user: User };
  readonly error: Frame<"error">;
  /** This client is no longer in the room, and does not try to be: the server refused it. */
  readonly refused: { readonly room: string; readonly error: Frame<"error"> };
  readonly drain: Frame<"drain">;
}
