import { closeCodes } from "../../src/protocol/close-codes.ts";
import { type ErrorName, errorCodes } from "../../src/protocol/errors.ts";
import type { ClientFrame, Message, ServerFrame, User } from "../../src/protocol/frames.ts";
import { limits } from "../../src/protocol/limits.ts";
import type { Clock, Fetch, SocketConstructor } from "../surroundings.ts";
import { createFakeHistory, room, uuidOf } from "./fake-history.ts";
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
  /** REST answers like this until it is called with undefined; `portal`: with a 200 that is not the server's. */
  failRest(failure: ErrorName | "portal" | undefined): void;
  /** These tokens are not the server's. */
  refuseTokens(...tokens: readonly string[]): void;
  /** The server's clock is behind the client's. */
  lateBy(ms: number): void;
  /** Every connection gets this, be it a frame or not. */
  tell(data: unknown): void;
  /** Everybody is out of the room, and is not told. */
  forgetMembers(): void;
  close(code: number): void;
  /** Codes that clients closed with. */
  readonly farewells: readonly number[];
  blackHole(): void;
  drain(reconnectInMs: number): void;
  /** Nothing fails any more; what is cut stays cut. */
  heal(): void;
  /** The store forgets its newest messages, as after a restored backup, and the room gets a new epoch. */
  goBack(messages: number, options?: { readonly unnoticed?: boolean }): void;
  /** The same before any node has noticed: the numbers are given out again in the same epoch. */
  lose(messages: number): void;
  /** The oldest messages leave history. */
  forgetOldest(messages: number): void;
}

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
  const history = createFakeHistory(clock);
  let written = 0;
  let refused = false;
  let resumes = true;
  let restMs = latencyMs;
  const joinFailures: (ErrorName | "silence")[] = [];
  let restFailure: ErrorName | "portal" | undefined;
  let lateMs = 0;
  let sessions = 0;
  const tokens: string[] = [];
  const refusedTokens = new Set<string>();
  const sendFaults: SendFault[] = [];
  const liveFaults: ("lost" | "doubled")[] = [];
  const asked: string[] = [];
  const farewells: number[] = [];
  const members = new Set<Member>();

  function store(id: string, user: User, text: string): ReturnType<typeof history.store> {
    const stored = history.store(id, user, text);
    if (stored.duplicate) return stored;
    const fault = liveFaults.shift();
    for (let copies = fault === "lost" ? 0 : fault === "doubled" ? 2 : 1; copies > 0; copies -= 1)
      tellMembers({ type: "message", room, ...stored.message });
    return stored;
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
        if (failure === undefined) {
          member.joined = true;
          peer.send(resumes ? history.resume(frame) : history.latest());
        } else if (failure !== "silence") peer.send(errorFrame(failure));
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
    // Who asks for a token needs none: a worthless one does not matter.
    const isRefused = method !== "POST" && refusedTokens.has(token);
    const failure = refused ? "unavailable" : isRefused ? "unauthorized" : restFailure;
    if (failure === "portal") return { status: 200, body: "Log in to the Wi-Fi" };
    if (failure !== undefined) {
      const { status, duty, message } = errorCodes[failure];
      return { status, body: { error: { code: failure, message, retry: duty === "retry" } } };
    }
    if (method === "POST") {
      sessions += 1;
      const expiresAt = clock.nowMs() - lateMs + 86_400_000;
      return { status: 201, body: { token: `token ${sessions}`, user: self, expiresAt } };
    }
    return { status: 200, body: history.page(url.searchParams) };
  }

  const every = (act: (member: Member) => void) => {
    for (const member of [...members]) act(member);
  };
  const tellMembers = (frame: ServerFrame) => every(({ peer, joined }) => joined && peer.send(frame));

  return {
    WebSocket: fakeWebSocket(clock, (peer) => {
      if (refused) return undefined;
      const member: Member = { peer, joined: false, blockedBy: undefined };
      members.add(member);
      return {
        frame: (frame) => receive(member, frame),
        farewell: (code) => farewells.push(code),
        closed: () => members.delete(member),
      };
    }),
    fetch: async (url, { method, headers }) => {
      const { status, body } = await answer(method, new URL(url), headers.authorization?.replace("Bearer ", ""));
      await new Promise<void>((resolve) => clock.after(restMs, resolve));
      return { status, json: async () => JSON.parse(JSON.stringify(body)) };
    },
    get history() {
      return history.messages;
    },
    get epoch() {
      return history.epoch;
    },
    asked,
    tokens,
    farewells,
    write(text) {
      written += 1;
      store(uuidOf(`other ${written}`), other, text);
    },
    remove(seq) {
      if (history.remove(seq)) tellMembers({ type: "deleted", room, seq });
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
    failRest(failure) {
      restFailure = failure;
    },
    refuseTokens(...strangers) {
      for (const token of strangers) refusedTokens.add(token);
    },
    lateBy(ms) {
      lateMs = ms;
    },
    tell: (data) => every(({ peer }) => peer.send(data as ServerFrame)),
    forgetMembers: () =>
      every((member) => {
        member.joined = false;
      }),
    close: (code) => every(({ peer }) => peer.close(code)),
    blackHole: () => every(({ peer }) => peer.blackHole()),
    drain: (reconnectInMs) => every(({ peer }) => peer.send({ type: "drain", reconnectInMs })),
    heal() {
      refused = false;
      restFailure = undefined;
      sendFaults.length = 0;
      liveFaults.length = 0;
    },
    lose: history.lose,
    goBack(messages, { unnoticed = false } = {}) {
      history.lose(messages);
      history.renew();
      if (!unnoticed) tellMembers(history.latest());
    },
    forgetOldest: (messages) => history.forgetOldest(messages),
  };
}

const errorFrame = (code: ErrorName, more: { readonly id?: string; readonly retryAfterMs?: number } = {}) => {
  const { duty, message } = errorCodes[code];
  return { type: "error", code, message, retry: duty === "retry", room, ...more } as const;
};
