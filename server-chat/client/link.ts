import { afterClose, closeCodes } from "../src/protocol/close-codes.ts";
import type { ErrorName } from "../src/protocol/errors.ts";
import type { ClientFrame, ServerFrame } from "../src/protocol/frames.ts";
import { type BackoffSettings, backoffMs } from "./backoff.ts";
import { type Connection, openConnection, type Patience, type Welcome } from "./connection.ts";
import { RequestError } from "./rest.ts";
import type { Sessions } from "./sessions.ts";
import type { Surroundings } from "./surroundings.ts";

/** What a page can show. */
export type ConnectionState =
  /** `attempt` counts from 0, and starts over after a connection that lasted. */
  | { readonly name: "connecting"; readonly attempt: number }
  | { readonly name: "online" }
  /** Not connected; the next attempt is at `atMs`, in ms since 1970. */
  | { readonly name: "reconnecting"; readonly attempt: number; readonly atMs: number; readonly why: string }
  /** Only a person can go on from here: `connect` tries again. */
  | { readonly name: "stopped"; readonly why: StopReason };

export interface StopReason {
  /** Of a REST error or of a close frame; undefined when nobody asked to connect. */
  readonly code?: ErrorName | number;
  readonly message: string;
}

/** A connection that is made again for as long as that can help. */
export interface Link {
  readonly state: ConnectionState;
  /** Frames can be sent; from a little before `online`. */
  readonly isOpen: boolean;
  connect(): void;
  /** False when there is no connection: the frame is gone. */
  send(frame: ClientFrame): boolean;
  /** The network may have changed: connects now, or asks whether the server is there. */
  wake(): void;
  /** Gives this connection up and makes another one. */
  restart(why: string): void;
  stop(): void;
}

export interface LinkParts extends Pick<Surroundings, "WebSocket" | "clock" | "random"> {
  /** Of the WebSocket. */
  readonly url: string;
  readonly sessions: Sessions;
  readonly backoff: BackoffSettings;
  readonly patience: Patience;
  changed(state: ConnectionState): void;
  /** Called as soon as frames can be sent. */
  opened(): void;
  online(welcome: Welcome): void;
  frame(frame: ServerFrame): void;
  /** Called before the state changes, whenever frames could be sent. */
  offline(): void;
}

export function createLink(parts: LinkParts): Link {
  const { clock, sessions, backoff } = parts;
  let state: ConnectionState = { name: "stopped", why: { message: "not connected yet" } };
  let connection: Connection | undefined;
  let isOpen = false;
  let attempt = 0;
  /** What the last wait was, and when the connection after it was made. */
  let waitedMs = 0;
  let onlineSinceMs: number | undefined;
  /** When a node that goes away said to come back. */
  let returnAtMs: number | undefined;
  let cancelTimer = () => {};
  /** Whatever is under way for an earlier turn is ignored. */
  let turn = 0;

  function become(next: ConnectionState): void {
    state = next;
    parts.changed(next);
  }

  async function open(): Promise<void> {
    turn += 1;
    const mine = turn;
    cancelTimer();
    returnAtMs = undefined;
    become({ name: "connecting", attempt });
    try {
      const token = await sessions.token();
      if (mine !== turn) return;
      connection = openConnection(parts.url, token, { opened, welcome, frame, closed }, parts);
    } catch (error) {
      if (mine !== turn) return;
      if (!(error instanceof RequestError)) throw error;
      if (error.retry) retry(error.message, error.retryAfterMs);
      else halt({ code: error.code, message: error.message });
    }
  }

  function opened(): void {
    isOpen = true;
    parts.opened();
  }

  function welcome(frame: Welcome): void {
    onlineSinceMs = clock.nowMs();
    sessions.accepted();
    become({ name: "online" });
    parts.online(frame);
  }

  function frame(frame: ServerFrame): void {
    if (frame.type === "drain") {
      returnAtMs = clock.nowMs() + frame.reconnectInMs;
      // The server closes then, once it has answered what is under way.
      cancelTimer();
      cancelTimer = clock.after(frame.reconnectInMs + parts.patience.answerMs, () => restart("the node goes away"));
    }
    parts.frame(frame);
  }

  function closed(code: number, reason: string): void {
    lose();
    const why = reason === "" ? `closed with ${code}` : reason;
    const anotherToken = tokenCloses.has(code) && sessions.refused();
    if (anotherToken || afterClose(code) === "reconnect") retry(why);
    else halt({ code, message: why });
  }

  /** What a connection leaves behind: the next attempt starts over if this one lasted longer than the wait before it. */
  function lose(): void {
    cancelTimer();
    connection = undefined;
    if (onlineSinceMs !== undefined && clock.nowMs() - onlineSinceMs > waitedMs) attempt = 0;
    onlineSinceMs = undefined;
    if (!isOpen) return;
    isOpen = false;
    parts.offline();
  }

  function retry(why: string, retryAfterMs = 0): void {
    turn += 1;
    const nowMs = clock.nowMs();
    // Spread even after an order: a node that refuses tells everybody the same.
    const pauseMs = Math.max(backoffMs(attempt, backoff, parts.random), retryAfterMs + parts.random() * backoff.minMs);
    // A node that goes away has spread its clients itself.
    waitedMs = returnAtMs === undefined ? pauseMs : Math.max(0, returnAtMs - nowMs);
    attempt += 1;
    cancelTimer = clock.after(waitedMs, open);
    become({ name: "reconnecting", attempt, atMs: nowMs + waitedMs, why });
  }

  function halt(why: StopReason): void {
    turn += 1;
    cancelTimer();
    become({ name: "stopped", why });
  }

  function restart(why: string): void {
    if (connection === undefined) return;
    connection.abandon();
    lose();
    retry(why);
  }

  return {
    get state() {
      return state;
    },
    get isOpen() {
      return isOpen;
    },
    connect() {
      if (state.name !== "stopped") return;
      attempt = 0;
      open();
    },
    send(frame) {
      if (!isOpen || connection === undefined) return false;
      connection.send(frame);
      return true;
    },
    wake() {
      if (state.name === "reconnecting") open();
      else connection?.probe();
    },
    restart,
    stop() {
      connection?.abandon(closeCodes.normal.code);
      lose();
      halt({ code: closeCodes.normal.code, message: closeCodes.normal.reason });
    },
  };
}

/** Closes that mean the token, which a client with a name can replace. */
const tokenCloses: ReadonlySet<number> = new Set([closeCodes.tokenExpired.code, closeCodes.badToken.code]);
