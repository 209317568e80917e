import { createMembers, type Members } from "../client/members.ts";
import { createMetrics } from "../src/metrics.ts";
import type { PresenceFrame } from "../src/presence/crowd.ts";
import { readPresence } from "../src/presence/presence.ts";
import { RoomPresence } from "../src/presence/room-presence.ts";
import type { ServerFrame, User } from "../src/protocol/frames.ts";
import { createMemoryStore, createMemoryWorld } from "../src/store/memory-store.ts";
import { FanOut } from "../src/ws/fan-out.ts";
import { jsonFrame } from "../src/ws/frames-out.ts";
import { pace } from "../src/ws/pace.ts";

const room = "tea";
const startsOver = jsonFrame({
  type: "joined",
  room,
  epoch: "e",
  head: 0,
  recovered: false,
  messages: [],
  more: false,
});

/** A connection in the room, and what its client makes of the frames that it gets. */
export interface PresentClient {
  readonly user: User;
  readonly node: number;
  readonly members: Members;
  /** Presence frames that it got. */
  readonly got: number;
  /** The claim on the name stands: the others may see who it is. */
  show(): void;
  /** @param isLost the connection broke */
  leave(isLost: boolean): void;
}

/** What a node told all its members. */
export interface Told {
  readonly node: number;
  readonly atMs: number;
  readonly frame: PresenceFrame;
}

/** Nodes with members of one room, as a hub has them; the test moves time, and says when a pass writes to the members. */
export interface PresenceNodes {
  readonly clients: ReadonlySet<PresentClient>;
  readonly told: readonly Told[];
  /** @param isClaimed false: gets what members get, and is shown to nobody until the claim on the name is answered */
  enter(node: number, user: User, isClaimed?: boolean): PresentClient;
  /** Writes what waits to the node's members. */
  pass(node: number): void;
  /** Every member of a node starts from the newest page. */
  restart(node: number): void;
  /** Writes a node's lease again, as every few seconds. */
  renew(node: number): void;
  advance(ms: number): Promise<void>;
  /** Lets the time pass until nobody has anything to tell any more. */
  settle(): Promise<void>;
  /** Who is there by REST. */
  read(): ReturnType<typeof readPresence>;
}

export function createPresenceNodes(count: number): PresenceNodes {
  let skippedMs = 0;
  // Stands still between ticks, so that times can be compared. Never behind the clock that a broken connection is timed by.
  let nowMs = performance.now();
  const now = () => nowMs;
  const { leases } = createMemoryStore(createMemoryWorld(now), { retention: { messages: 1, ageMs: 1 } });
  const metrics = createMetrics({ version: "1", commit: "c" });
  const clients = new Set<PresentClient>();
  const told: Told[] = [];
  const touched = new Set<RoomPresence>();
  const nodes = Array.from({ length: count }, (_, node) => {
    // Without a pump no pass begins by itself.
    const fanOut = new FanOut({ add: () => {} }, metrics);
    const announce = async () => {
      for (const { presence } of nodes) presence.noteOthersChanged();
    };
    const presence = new RoomPresence(
      room,
      // Longer than any test: that leases end is the store's.
      { leases, announce, holder: `node-${node}`, pace: { ...pace.presence, leaseMs: 86_400_000 } },
      (one) => touched.add(one),
      (bytes) => {
        for (const frame of framesIn(bytes)) told.push({ node, atMs: now(), frame: frame as PresenceFrame });
        fanOut.push(bytes, 0);
      },
    );
    return { fanOut, presence };
  });
  const nodeAt = (index: number) => {
    const node = nodes[index];
    if (node === undefined) throw new Error(`there is no node ${index}`);
    return node;
  };
  const pass = (index: number) => {
    const { fanOut } = nodeAt(index);
    // After one pass the room would rest; what came meanwhile is in the next one.
    for (let idle = 0; idle < 2; ) idle = fanOut.write(10_000) ? 0 : idle + 1;
  };
  const tick = async () => {
    skippedMs += pace.presence.tickMs;
    nowMs = performance.now() + skippedMs;
    for (const one of touched) if (!one.tick(nowMs)) touched.delete(one);
    // Leases are written, announced and read in a few turns.
    for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
  };

  return {
    clients,
    told,
    enter(index, user, isClaimed = true) {
      const { fanOut, presence } = nodeAt(index);
      const members = createMembers();
      let got = 0;
      let isShown = false;
      const deliver = (bytes: Buffer): boolean => {
        for (const frame of framesIn(bytes)) {
          if (frame.type === "joined") members.clear();
          if (frame.type !== "presence") continue;
          got++;
          members.apply(frame);
        }
        return true;
      };
      const member = { index: -1, connection: { deliver } };
      const client: PresentClient = {
        user,
        node: index,
        members,
        get got() {
          return got;
        },
        show() {
          if (isShown) return;
          isShown = true;
          presence.enter(user);
        },
        leave(isLost) {
          clients.delete(client);
          fanOut.remove(member);
          if (isShown) presence.leave(user, isLost);
        },
      };
      deliver(presence.everybody(user));
      fanOut.add(member);
      if (isClaimed) client.show();
      clients.add(client);
      return client;
    },
    pass,
    restart(index) {
      const { fanOut, presence } = nodeAt(index);
      fanOut.restart(Buffer.concat([startsOver, presence.everybody()]), 0);
    },
    renew(index) {
      nodeAt(index).presence.renew();
    },
    async advance(ms) {
      for (let passed = 0; passed < ms; passed += pace.presence.tickMs) await tick();
    },
    async settle() {
      // Who is missed is present for a while, and so is what was told: longer in a large room.
      do await tick();
      while (touched.size > 0);
      for (const index of nodes.keys()) pass(index);
    },
    read: () => readPresence(leases, room),
  };
}

/** What is in the WebSocket frames of one write. */
function framesIn(bytes: Buffer): readonly ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const short = bytes.readUInt8(at + 1);
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(at + 2) : bytes.readUIntBE(at + 4, 6);
    const from = at + (short < 126 ? 2 : short === 126 ? 4 : 10);
    frames.push(JSON.parse(bytes.toString("utf8", from, from + length)));
    at = from + length;
  }
  return frames;
}
