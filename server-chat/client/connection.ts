import type { ClientFrame, ServerFrame } from "../src/protocol/frames.ts";
import type { Surroundings } from "./surroundings.ts";

/** How long the client waits before it takes a connection for dead, in ms. */
export interface Patience {
  /** From the first byte to `welcome`. */
  readonly welcomeMs: number;
  /** Silence after which the server is asked whether it is there. */
  readonly silenceMs: number;
  /** For the answer to that. */
  readonly pongMs: number;
  /** For the answer to a `send` or a `join`. */
  readonly answerMs: number;
}

export type Welcome = Extract<ServerFrame, { type: "welcome" }>;

/** One WebSocket, from the attempt to its end. */
export interface Connection {
  send(frame: ClientFrame): void;
  /** Asks whether the server is there, now instead of after a silence. */
  probe(): void;
  /**
   * Ends it here and now; `closed` is not called.
   *
   * @param code 1000 to say goodbye: without it the server keeps the name and the place for who is about to be back
   */
  abandon(code?: number): void;
}

export interface ConnectionEvents {
  /** Frames can be sent, behind the `hello`: they need not wait for its answer. */
  opened(): void;
  welcome(frame: Welcome): void;
  frame(frame: ServerFrame): void;
  /** Called once. The code is 1006 when there was no farewell. */
  closed(code: number, reason: string): void;
}

export function openConnection(
  url: string,
  token: string,
  events: ConnectionEvents,
  parts: Pick<Surroundings, "WebSocket" | "clock"> & { readonly patience: Patience },
): Connection {
  const { clock, patience } = parts;
  const socket = new parts.WebSocket(url, "chat.v1");
  let ended = false;
  let heardMs = clock.nowMs();
  let state: "opening" | "listening" | "asking" = "opening";
  let cancelTimer = clock.after(patience.welcomeMs, () => giveUp("no welcome"));

  function end(): void {
    ended = true;
    cancelTimer();
  }
  function abandon(code?: number): void {
    end();
    socket.close(code);
  }
  /** Without waiting for the farewell, which a network that is gone would bring after minutes or never. */
  function giveUp(reason: string): void {
    abandon();
    events.closed(1006, reason);
  }
  function send(frame: ClientFrame): void {
    if (!ended) socket.send(JSON.stringify(frame));
  }
  /** One timer that is set anew once it has run out: a busy room must not cost a timer for each message. */
  function listen(): void {
    const silentMs = clock.nowMs() - heardMs;
    state = "listening";
    if (silentMs >= patience.silenceMs) probe();
    else cancelTimer = clock.after(patience.silenceMs - silentMs, listen);
  }
  function probe(): void {
    if (ended || state !== "listening") return;
    state = "asking";
    cancelTimer();
    cancelTimer = clock.after(patience.pongMs, () => giveUp("no answer"));
    send({ type: "ping" });
  }
  function receive(data: unknown): void {
    if (ended) return;
    const frame = parseFrame(data);
    if (frame === undefined) {
      giveUp("unreadable frame");
      return;
    }
    heardMs = clock.nowMs();
    if (state === "asking" || frame.type === "welcome") {
      cancelTimer();
      listen();
    }
    if (frame.type === "welcome") events.welcome(frame);
    else events.frame(frame);
  }

  socket.addEventListener("open", () => {
    if (ended) return;
    send({ type: "hello", token });
    events.opened();
  });
  socket.addEventListener("message", ({ data }) => receive(data));
  socket.addEventListener("close", ({ code = 1006, reason = "" }) => {
    if (ended) return;
    end();
    events.closed(code, reason);
  });
  // The close event follows and says all there is to know.
  socket.addEventListener("error", () => {});

  return { send, probe, abandon };
}

function parseFrame(data: unknown): ServerFrame | undefined {
  try {
    const frame = JSON.parse(String(data)) as Partial<ServerFrame> | null;
    return typeof frame?.type === "string" ? (frame as ServerFrame) : undefined;
  } catch {
    return undefined;
  }
}
