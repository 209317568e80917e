import { z } from "zod";
import type { ErrorName } from "./errors.ts";
import type { Limits } from "./limits.ts";
import { isMessageId, isRoomName, isText } from "./text.ts";

/** The WebSocket subprotocol: a client that does not offer it is refused at the upgrade. */
export const subprotocol = "chat.v1";

export interface User {
  readonly id: string;
  readonly name: string;
}

/** A message as history and readers have it. `ts` is Redis' clock, in ms since 1970, and never runs backwards in a room. */
export interface Message {
  /** Dense per room and epoch: 1, 2, 3 ... */
  readonly seq: number;
  /** The UUID that the sender made. */
  readonly id: string;
  readonly user: User;
  /** Empty when deleted. */
  readonly text: string;
  readonly ts: number;
  readonly deleted?: true;
}

export const roomSchema = z.string().refine(isRoomName, { params: { code: "bad_room" satisfies ErrorName } });
const idSchema = z.string().refine(isMessageId, { error: "expected a UUID in lower case" });
const textSchema = z.string().refine(isText, { params: { code: "bad_text" satisfies ErrorName } });
export const epochSchema = z.string().min(1).max(32);
export const seqSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Frames that a client sends. */
export const clientFrame = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("hello"), token: z.string().min(1).max(2048) }),
  /**
   * `epoch` and `after` (the last seq that the client has) resume. `id` is the id of that message: it shows a store
   * that went back in time even after its numbers were used again.
   */
  z.strictObject({
    type: z.literal("join"),
    room: roomSchema,
    epoch: epochSchema.optional(),
    after: seqSchema.optional(),
    id: idSchema.optional(),
  }),
  z.strictObject({ type: z.literal("leave"), room: roomSchema }),
  z.strictObject({ type: z.literal("typing"), room: roomSchema }),
  z.strictObject({ type: z.literal("send"), room: roomSchema, id: idSchema, text: textSchema }),
  /** A browser cannot send WebSocket pings; this asks whether the server is still there. */
  z.strictObject({ type: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

export interface ServerInfo {
  /** The replica: the pod's name on a cluster. */
  readonly id: string;
  readonly version: string;
  readonly commit: string;
  /** The build's colour, so that people see a new version roll out. */
  readonly colour: string;
}

/** Frames that the server sends. */
export type ServerFrame =
  | { readonly type: "welcome"; readonly user: User; readonly server: ServerInfo; readonly limits: Limits }
  /**
   * The answer to `join`, and, unasked, the order to start over when the room got a new epoch (`recovered: false`).
   * `head` is the seq after which live messages follow; `deleted` are earlier messages whose text was taken out.
   */
  | {
      readonly type: "joined";
      readonly room: string;
      readonly epoch: string;
      readonly head: number;
      readonly recovered: boolean;
      readonly messages: readonly Message[];
      readonly more: boolean;
      readonly deleted?: readonly number[];
    }
  | { readonly type: "left"; readonly room: string }
  | ({ readonly type: "message"; readonly room: string } & Message)
  | {
      readonly type: "ack";
      readonly id: string;
      readonly room: string;
      readonly seq: number;
      readonly ts: number;
      readonly duplicate: boolean;
    }
  | { readonly type: "deleted"; readonly room: string; readonly seq: number }
  | {
      readonly type: "presence";
      readonly room: string;
      readonly joined?: readonly User[];
      readonly left?: readonly User[];
      readonly count: number;
    }
  | { readonly type: "typing"; readonly room: string; readonly user: User }
  | {
      readonly type: "error";
      readonly code: ErrorName;
      readonly message: string;
      readonly retry: boolean;
      readonly retryAfterMs?: number;
      /** Of the `send` that failed. */
      readonly id?: string;
      readonly room?: string;
    }
  | { readonly type: "drain"; readonly reconnectInMs: number }
  | { readonly type: "pong" };
