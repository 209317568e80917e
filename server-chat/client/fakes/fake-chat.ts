import { createHash } from "node:crypto";
import { closeCodes } from "../../src/protocol/close-codes.ts";
import { type ErrorName, errorCodes } from "../../src/protocol/errors.ts";
import type { ClientFrame, Message, ServerFrame, User } from "../../src/protocol/frames.ts";
import { limits } from "../../src/protocol/limits.ts";
import type { Clock, Fetch, SocketConstructor } from "../surroundings.ts";
import { type FakePeer, fakeWebSocket, latencyMs } from "./fake-socket.ts";

/** What goes wrong with the next `send` that comes. */
export type SendFault =
  | "unavailable"
  | "forbidden"
  | "rate_limited"
  | "unknown but stored"
  | "unknown and not stored"
  | "stored without an answer"
  | "answered twice";

/** The whole chat as clients see it, small enough to be obviously right, and able to fail in every way it may. */
export interface FakeChat {
  readonly WebSocket: SocketConstructor;
  readonly fetch: Fetch;
  readonly history: readonly Message[];
  readonly epoch: string;
  /** Requests that came, for example `GET /api/rooms/den/messages`, and frames by type, for example `join`. */
  readonly asked: string[];
  /** Tokens that came with `hello`. */
  readonly tokens: readonly string[];
  /** Somebody else writes. */
  write(text: string): void;
  /** Takes a text out. */
  remove(seq: number): void;
  failNextSend(fault: SendFault): void;
  /** The next live message does not reach anybody, or does so twice. */
  failNextLive(fault: "lost" | "doubled"): void;
  /** Nobody gets in, neither by WebSocket nor by REST, until it is called with false. */
  refuse(refused: boolean): void;
  /** The next joins are refused, or not answered at all. */
  failJoins(...failures: readonly (ErrorName | "silence")[]): void;
  /** REST takes so much longer. */
  slowRest(ms: number): void;
  /** Joins are answered with the latest page, whatever the client has. */
  denyResume(): void;
  /** REST answers like this until it is called with undefined. */
  failRest(code: ErrorName | undefined): void;
  /** These tokens are not the server's. */
  refuseTokens(...tokens: readonly string[]): void;
  /** The server's clock is behind the client's. */
  lateBy(ms: number): void;
  /** Everybody is out of the room, and is not told. */
  forgetMembers(): void;
  close(code: number): void;
  blackHole(): void;
  drain(reconnectInMs: number): void;
  /** Nothing fails any more; what is cut stays cut. */
  heal(): void;
  /** The store forgets its newest messages, as after a restored backup, and the room gets a new epoch. */
  goBack(messages: number, options?: { readonly unnoticed?: boolean }): void;
  /** The oldest messages leave history. */
  forgetOldest(messages: number): void;
}

export const room = "den";
/** Small pages, so that a short history has several. */
const pageSize = 3;
export const self: User = { id: "u-self", name: "Ann" };
const server = { id: "fake", version: "1", commit: "c", colour: "blue" };
const other: User = { id: "u-other", name: "Ben" };

interface Member {
  readonly peer: FakePeer;
  joined: boolean;
  /** The id behind which nothing is taken: it failed, and must come again first. */
  blockedBy: string | undefined;
}

export function createFakeChat(clock: Clock): FakeChat {
  let epochs = 1;
  let history: Message[] = [];
  let forgotten = 0;
  let written = 0;
  let refused = false;
  let resumes = true;
  let restMs = latencyMs;
  const joinFailures: (ErrorName | "silence")[] = [];
  let restCode: ErrorName | undefined;
  let lateMs = 0;
  let sessions = 0;
  const tokens: string[] = [];
  const refusedTokens = new Set<string>();
  const sendFaults: SendFault[] = [];
  const liveFaults: ("lost" | "doubled")[] = [];
  const asked: string[] = [];
  const members = new Set<Member>();
  const epoch = () => `e${epochs}`;
  const head = () => forgotten + history.length;
  const after = (seq: number) => history.slice(Math.max(0, seq - forgotten));

  function store(id: string, user: User, text: string): { readonly message: Message; readonly duplicate: boolean } {
    const known = history.find((message) => message.id === id);
    if (known !== undefined) return { message: known, duplicate: true };
    const message: Message = { seq: head() + 1, id, user, text, ts: clock.nowMs() };
    history.push(message);
    const fault = liveFaults.shift();
    for (let copies = fault === "lost" ? 0 : fault === "doubled" ? 2 : 1; copies > 0; copies -= 1)
      for (const { peer, joined } of members) if (joined) peer.send({ type: "message", room, ...message });
    return { message, duplicate: false };
  }

  function join(member: Member, frame: Extract<ClientFrame, { type: "join" }>): void {
    const { after: seq = 0, id } = frame;
    const known = history[seq - forgotten - 1];
    const recovered =
      resumes &&
      frame.epoch === epoch() &&
      seq >= forgotten &&
      seq <= head() &&
      (id === undefined || known === undefined || known.id === id);
    const messages = recovered ? after(seq).slice(0, pageSize) : history.slice(-pageSize);
    member.joined = true;
    member.peer.send({
      type: "joined",
      room,
      epoch: epoch(),
      head: head(),
      recovered,
      messages,
      more: recovered && seq + messages.length < head(),
      deleted: recovered ? history.filter((one) => one.deleted && one.seq <= seq).map((one) => one.seq) : [],
    });
  }

  function send(member: Member, { id, text }: Extract<ClientFrame, { type: "send" }>): void {
    const refuse = (code: ErrorName, retryAfterMs?: number) => {
      const frame = errorFrame(code, { id, retryAfterMs });
      if (frame.retry && code !== "earlier_failed") member.blockedBy = id;
      member.peer.send(frame);
    };
    const acknowledge = () => {
      const { message, duplicate } = store(id, self, text);
      member.peer.send({ type: "ack", id, room, seq: message.seq, ts: message.ts, duplicate });
    };
    if (!member.joined) {
      refuse("not_joined");
      return;
    }
    if (member.blockedBy !== undefined && member.blockedBy !== id) {
      refuse("earlier_failed");
      return;
    }
    member.blockedBy = undefined;
    const fault = sendFaults.shift();
    if (fault === "unknown but stored" || fault === "stored without an answer") store(id, self, text);
    if (fault === "answered twice") acknowledge();
    if (fault === "unavailable" || fault === "forbidden") refuse(fault);
    else if (fault === "rate_limited") refuse(fault, 700);
    else if (fault === "unknown but stored" || fault === "unknown and not stored") refuse("unknown_outcome");
    else if (fault !== "stored without an answer") acknowledge();
  }

  function receive(member: Member, frame: ClientFrame): void {
    const { peer } = member;
    asked.push(frame.type);
    switch (frame.type) {
      case "hello":
        tokens.push(frame.token);
        if (refusedTokens.has(frame.token)) peer.close(closeCodes.badToken.code);
        else peer.send({ type: "welcome", user: self, server, limits });
        break;
      case "join": {
        const failure = joinFailures.shift();
        if (failure === undefined) join(member, frame);
        else if (failure !== "silence") peer.send(errorFrame(failure));
        break;
      }
      case "leave":
        member.joined = false;
        peer.send({ type: "left", room });
        break;
      case "send":
        send(member, frame);
        break;
      case "typing":
        every((one) => one !== member && one.joined && one.peer.send({ type: "typing", room, user: self }));
        break;
      case "ping":
        peer.send({ type: "pong" });
    }
  }

  async function answer(method: string, url: URL, token = ""): Promise<{ status: number; body: unknown }> {
    asked.push(`${method} ${url.pathname}`);
    const failure = refused ? "unavailable" : refusedTokens.has(token) ? "unauthorized" : restCode;
    if (failure !== undefined) {
      const { status, duty, message } = errorCodes[failure];
      return { status, body: { error: { code: failure, message, retry: duty === "retry" } } };
    }
    if (method === "POST") {
      sessions += 1;
      const expiresAt = clock.nowMs() - lateMs + 86_400_000;
      return { status: 201, body: { token: `token ${sessions}`, user: self, expiresAt } };
    }
    const limit = Math.min(pageSize, Number(url.searchParams.get("limit")));
    const before = url.searchParams.get("before");
    const older = history.filter(({ seq }) => seq < Number(before));
    const messages =
      before === null ? after(Number(url.searchParams.get("after"))).slice(0, limit) : older.slice(-limit);
    const more = before === null ? (messages.at(-1)?.seq ?? head()) < head() : older.length > messages.length;
    return { status: 200, body: { room, epoch: epoch(), head: head(), first: forgotten + 1, more, messages } };
  }

  const every = (act: (member: Member) => void) => {
    for (const member of [...members]) act(member);
  };

  return {
    WebSocket: fakeWebSocket(clock, (peer) => {
      if (refused) return undefined;
      const member: Member = { peer, joined: false, blockedBy: undefined };
      members.add(member);
      return { frame: (frame) => receive(member, frame), closed: () => members.delete(member) };
    }),
    fetch: async (url, { method, headers }) => {
      const { status, body } = await answer(method, new URL(url), headers.authorization?.replace("Bearer ", ""));
      await new Promise<void>((resolve) => clock.after(restMs, resolve));
      return { status, json: async () => JSON.parse(JSON.stringify(body)) };
    },
    get history() {
      return history;
    },
    get epoch() {
      return epoch();
    },
    asked,
    tokens,
    write(text) {
      written += 1;
      store(uuidOf(`other ${written}`), other, text);
    },
    remove(seq) {
      const index = seq - forgotten - 1;
      const message = history[index];
      if (message === undefined) return;
      history[index] = { ...message, text: "", deleted: true };
      every(({ peer, joined }) => joined && peer.send({ type: "deleted", room, seq }));
    },
    failNextSend: (fault) => sendFaults.push(fault),
    failNextLive: (fault) => liveFaults.push(fault),
    refuse(value) {
      refused = value;
    },
    failJoins: (...failures) => joinFailures.push(...failures),
    slowRest(ms) {
      restMs = latencyMs + ms;
    },
    denyResume() {
      resumes = false;
    },
    failRest(code) {
      restCode = code;
    },
    refuseTokens(...strangers) {
      for (const token of strangers) refusedTokens.add(token);
    },
    lateBy(ms) {
      lateMs = ms;
    },
    forgetMembers: () =>
      every((member) => {
        member.joined = false;
      }),
    close: (code) => every(({ peer }) => peer.close(code)),
    blackHole: () => every(({ peer }) => peer.blackHole()),
    drain: (reconnectInMs) => every(({ peer }) => peer.send({ type: "drain", reconnectInMs })),
    heal() {
      refused = false;
      restCode = undefined;
      sendFaults.length = 0;
      liveFaults.length = 0;
    },
    goBack(messages, { unnoticed = false } = {}) {
      history = history.slice(0, Math.max(0, history.length - messages));
      epochs += 1;
      const frame = (): ServerFrame => ({
        type: "joined",
        room,
        epoch: epoch(),
        head: head(),
        recovered: false,
        messages: history.slice(-pageSize),
        more: false,
      });
      every(({ peer, joined }) => joined && !unnoticed && peer.send(frame()));
    },
    forgetOldest(messages) {
      forgotten += history.splice(0, messages).length;
    },
  };
}

const errorFrame = (code: ErrorName, more: { readonly id?: string; readonly retryAfterMs?: number } = {}) => {
  const { duty, message } = errorCodes[code];
  return { type: "error", code, message, retry: duty === "retry", room, ...more } as const;
};

/** A UUID that is the same for the same word. */
export function uuidOf(word: string): string {
  const hex = createHash("sha256").update(word).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-8$4-$5");
}
