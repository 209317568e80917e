import { performance } from "node:perf_hooks";
import type { ErrorName } from "../protocol/errors.ts";
import { type ClientFrame, clientFrame } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import { isMessageId, isRoomName } from "../protocol/text.ts";
import type { Connection } from "./connection.ts";
import type { ErrorDetails } from "./frames-out.ts";
import { jsonFrame } from "./frames-out.ts";
import { SendQueue } from "./send-queue.ts";

/** People type faster than anybody wants to read that they type. */
const typingPauseMs = 2_000;

const pongFrame = jsonFrame({ type: "pong" });

/** Does what a client's frame asks for, or answers why not. */
export function receive(connection: Connection, data: Buffer, isBinary: boolean): void {
  connection.framesIn++;
  connection.pinged = false;
  if (!connection.isOpen) return;
  const frame = isBinary ? undefined : parseJson(data.toString());
  if (typeof frame !== "object" || frame === null || Array.isArray(frame)) {
    connection.refuseBad("bad_json");
    return;
  }
  const parsed = clientFrame.safeParse(frame);
  if (!parsed.success) refuseInvalid(connection, frame, parsed.error.issues);
  else if (connection.claims !== undefined) act(connection, parsed.data);
  else if (parsed.data.type === "hello") greet(connection, parsed.data.token);
  else connection.refuseBad("hello_first");
}

function act(connection: Connection, frame: ClientFrame): void {
  if (frame.type === "send") {
    send(connection, frame);
    return;
  }
  const waitMs = connection.engine.limiters.frames.take(connection.claims?.user.id ?? "");
  if (waitMs > 0) {
    connection.refuse("rate_limited", { ...("room" in frame && { room: frame.room }), retryAfterMs: waitMs });
    return;
  }
  switch (frame.type) {
    case "hello":
      connection.refuseBad("hello_twice");
      break;
    case "join":
      join(connection, frame);
      break;
    case "leave":
      leave(connection, frame.room);
      break;
    case "typing":
      tellTyping(connection, frame.room);
      break;
    case "ping":
      connection.deliver(pongFrame);
      break;
  }
}

function greet(connection: Connection, token: string): void {
  const { engine } = connection;
  const claims = engine.tokens.verify(token, engine.clock());
  if (claims === undefined) {
    connection.refuse("unauthorized");
    connection.close("badToken");
    return;
  }
  connection.claims = claims;
  engine.greeted(connection);
  if (engine.isBanned(connection)) {
    connection.refuse("banned");
    connection.close("banned");
    return;
  }
  // Clients send their joins right behind: one write for the answers to what was read at once.
  connection.socket.cork();
  process.nextTick(() => connection.socket.uncork());
  connection.deliver(engine.welcome(claims.user));
  engine.names.claimSoon(connection);
}

function join(connection: Connection, { room, epoch, after, id }: Extract<ClientFrame, { type: "join" }>): void {
  const resume = epoch === undefined || after === undefined ? undefined : { epoch, after, id };
  connection.engine.hub.join(connection, room, resume);
}

function leave(connection: Connection, room: string): void {
  const membership = connection.membershipIn(room);
  if (membership === undefined) {
    connection.refuse("not_joined", { room });
    return;
  }
  connection.engine.hub.leave(membership);
  const tell = () => connection.deliver(jsonFrame({ type: "left", room }));
  const sends = connection.sends?.get(room);
  if (sends === undefined) tell();
  else {
    sends.leave(() => {
      tell();
      if (sends.isSettled) connection.sends?.delete(room);
    });
  }
}

function tellTyping(connection: Connection, room: string): void {
  const membership = connection.membershipIn(room);
  if (membership === undefined) {
    connection.refuse("not_joined", { room });
    return;
  }
  const now = Math.round(performance.now());
  if (connection.claims === undefined || now - membership.typedAtMs < typingPauseMs) return;
  // Nobody types so soon, and the name may be somebody else's.
  if (connection.claimed !== undefined) return;
  membership.typedAtMs = now;
  if (membership.room.presence.count > limits.presenceNames) return;
  const { engine, claims } = connection;
  engine.store.announce({ type: "typing", room, user: claims.user }).catch(() => undefined);
}

function send(connection: Connection, { room, id, text }: Extract<ClientFrame, { type: "send" }>): void {
  const membership = connection.membershipIn(room);
  if (membership === undefined) {
    connection.refuse("not_joined", { id, room });
    return;
  }
  connection.sends ??= new Map();
  let sends = connection.sends.get(room);
  if (sends === undefined) {
    sends = new SendQueue(connection);
    connection.sends.set(room, sends);
  }
  sends.accept(membership.room, id, text);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Issues = readonly { readonly code: string; readonly params?: Readonly<Record<string, unknown>> }[];

function refuseInvalid(connection: Connection, frame: object, issues: Issues): void {
  const details: ErrorDetails = {
    ...("id" in frame && typeof frame.id === "string" && isMessageId(frame.id) && { id: frame.id }),
    ...("room" in frame && typeof frame.room === "string" && isRoomName(frame.room) && { room: frame.room }),
  };
  const code = issues.map(({ params }) => params?.code).find((one) => one !== undefined) as ErrorName | undefined;
  // What a person typed is no sign of a broken client.
  if (code === "bad_text") connection.refuse(code, details);
  else connection.refuseBad(code ?? "bad_request", details);
}
