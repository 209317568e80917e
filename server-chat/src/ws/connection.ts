import type { Socket } from "node:net";
import { performance } from "node:perf_hooks";
import type { WebSocket } from "ws";
import type { Claims } from "../identity/identity.ts";
import { type CloseName, closeCodes } from "../protocol/close-codes.ts";
import type { ErrorName } from "../protocol/errors.ts";
import type { Engine } from "./engine.ts";
import { type ErrorDetails, errorFrame } from "./frames-out.ts";
import type { Membership } from "./membership.ts";
import type { SendQueue } from "./send-queue.ts";

/** Bytes that wait for one client at most; a mebibyte is minutes of a busy room. */
const maxWaitingBytes = 1024 * 1024;

/** Frames that the protocol does not know, until the client counts as broken. */
const maxBadFrames = 20;

/** Refusals between two rounds of the sweep, until the client counts as deaf to them: no person's client gets so many. */
const maxRefusals = 300;

/** `WebSocket.OPEN`, without the walk to the class for every delivery. */
const open = 1;

/**
 * One client, after the upgrade. There are thousands of these: no timer, no closure and no collection of its own until
 * it needs one. Frames go past `ws` to the TCP socket, because one buffer serves many members.
 */
export class Connection {
  readonly engine: Engine;
  readonly ws: WebSocket;
  readonly socket: Socket;
  /** Where the client comes from, as limits and bans see it. */
  readonly address: string;
  /** Undefined if the client or a proxy gave none. */
  readonly requestId: string | undefined;
  readonly traceId: string | undefined;
  readonly openedAtMs = Math.round(performance.now());
  /** Undefined until its hello. */
  claims: Claims | undefined;
  /** Until the claim on the name is answered: before that nothing is shown under it. Shared by all who came together. */
  claimed: Promise<void> | undefined;
  memberships: readonly Membership[] = noMemberships;
  /** By room, also of rooms that it left with something unsettled. Made at the first send: most people read. */
  sends: Map<string, SendQueue> | undefined;
  /** Sends whose answer is not written yet. */
  underWay = 0;
  /** Nothing was heard since the last ping. */
  pinged = false;
  /** Rounds of the sweep since the last ping. */
  rounds = 0;
  /** It is told to go: new sends are for another node. */
  leaving = false;
  framesIn = 0;
  stored = 0;
  badFrames = 0;
  /** Frames that were refused since the sweep's last round. */
  refusals = 0;
  /** Why this side ended it. */
  ending: CloseName | undefined;

  constructor(
    engine: Engine,
    ws: WebSocket,
    socket: Socket,
    address: string,
    trace: Pick<Connection, "requestId" | "traceId">,
  ) {
    this.engine = engine;
    this.ws = ws;
    this.socket = socket;
    this.address = address;
    this.requestId = trace.requestId;
    this.traceId = trace.traceId;
  }

  get isOpen(): boolean {
    return this.ws.readyState === open;
  }

  /** Writes frames. @returns false if the client does not get them */
  deliver(bytes: Buffer): boolean {
    if (!this.isOpen) return false;
    if (this.socket.writableLength > maxWaitingBytes) {
      this.close("slow");
      return false;
    }
    this.socket.write(bytes);
    return true;
  }

  refuse(code: ErrorName, details: ErrorDetails = {}): void {
    this.engine.metrics.errors.inc({ code });
    this.deliver(errorFrame(code, details));
    if (++this.refusals > maxRefusals) this.close("overload");
  }

  /** Refuses a frame that no client of the protocol sends. */
  refuseBad(code: ErrorName, details: ErrorDetails = {}): void {
    this.refuse(code, details);
    if (++this.badFrames >= maxBadFrames) this.close("badFrame");
  }

  /** Rooms that it is in, and those whose order it may not leave behind. */
  get heldRooms(): number {
    const left = this.sends && [...this.sends.keys()].filter((room) => this.membershipIn(room) === undefined);
    return this.memberships.length + (left?.length ?? 0);
  }

  membershipIn(room: string): Membership | undefined {
    return this.memberships.find((membership) => membership.room.name === room);
  }

  close(name: CloseName): void {
    if (!this.isOpen) return;
    this.ending = name;
    const { code, reason, duty } = closeCodes[name];
    this.engine.hub.leaveAll(this, duty === "reconnect");
    this.ws.close(code, reason);
  }
}

const noMemberships: readonly Membership[] = [];
