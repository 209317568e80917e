import type { Event, Final, History, Stored } from "./history.ts";
import type { Random } from "./random.ts";

/** What a broken store does now and then. */
export type Defect = "loses" | "doubles" | "reorders" | "hides" | "reuses";

interface Room {
  readonly name: string;
  epoch: number;
  log: Stored[];
}

interface Client {
  readonly name: string;
  readonly room: Room;
  outbox: { readonly id: string; readonly hash: string }[];
  online: boolean;
  /** How often the client came; the last one whose join was answered. */
  connection: number;
  joined: number;
  /** Where the client is in the room; -1: never was there. */
  seq: number;
  epoch: number;
  shows: boolean;
}

/** How much of a room somebody sees who comes to it. */
const firstPage = 5;

export interface Simulation {
  readonly history: History;
  /** The dice let the defect happen. */
  readonly misbehaved: boolean;
}

/**
 * Plays a chat in memory: clients that send, lose answers, go and come back, a store that is restored from an older
 * state once. Without a defect the history is one that a correct server could have made.
 */
export function simulateChat(random: Random, defect?: Defect): Simulation {
  const events: Event[] = [];
  const rollbacks: { fromMs: number; toMs: number }[] = [];
  let now = 1_000;
  let made = 0;
  const chance = (share: number) => random.next() < share;
  let misbehaved = false;
  /** Only where it counts: what a broken store does before it is restored may be gone with the restore. */
  const broken = (one: Defect) => {
    const now = one === defect && rollbacks.length > 0 && chance(0.3);
    misbehaved ||= now;
    return now;
  };

  const rooms: Room[] = ["a", "b"].map((name) => ({ name, epoch: 1, log: [] }));
  const clients: Client[] = ["ann", "bob", "cid", "dot", "eva", "fay"].map((name, i) => {
    const room = rooms[i % 2] as Room;
    return { name, room, outbox: [], online: false, connection: 0, joined: 0, seq: -1, epoch: 0, shows: false };
  });

  const send = (client: Client) => {
    made += 1;
    const message = { id: `m${made}`, hash: `text of m${made}` };
    client.outbox.push(message);
    const { name, room } = client;
    events.push({ type: "invoke", atMs: now, client: name, user: name, room: room.name, ...message });
  };

  const publish = (client: Client, message: { readonly id: string; readonly hash: string }): number => {
    const { log } = client.room;
    const known = log.find(({ id }) => id === message.id);
    if (known !== undefined && !broken("doubles")) return known.seq;
    const seq = log.length + 1;
    if (!broken("loses")) log.push({ ...message, seq, user: client.name, ts: now, deleted: false });
    return seq;
  };

  const flush = (client: Client) => {
    if (!client.online) return;
    if (client.outbox.length > 1 && broken("reorders")) client.outbox.reverse();
    const [message] = client.outbox;
    if (message === undefined) return;
    const { name, room } = client;
    const reached = chance(0.9);
    const seq = reached ? publish(client, message) : 0;
    if (!reached || chance(0.15)) {
      events.push({ type: "unknown", atMs: now, client: name, id: message.id });
      return;
    }
    client.outbox.shift();
    events.push({ type: "ack", atMs: now, client: name, room: room.name, id: message.id, seq });
  };

  const join = (client: Client) => {
    const { name, room } = client;
    const head = room.log.length;
    const common = { atMs: now, client: name, room: room.name, epoch: `e${room.epoch}`, head };
    const last = client.seq < 0 ? undefined : { epoch: `e${client.epoch}`, seq: client.seq };
    const connection = `${name}/${client.connection}`;
    const recovered = client.epoch === room.epoch;
    events.push({ type: "joined", ...common, connection, recovered, ...(last && { held: last }) });
    client.joined = client.connection;
    if (recovered) return;
    events.push({ type: "view", ...common, ...(last && { last }) });
    client.epoch = room.epoch;
    client.seq = Math.max(0, head - firstPage);
    client.shows = false;
  };

  const read = (client: Client) => {
    const { name, room } = client;
    if (!client.online) return;
    const joins = client.joined !== client.connection || client.epoch !== room.epoch;
    if (joins) join(client);
    for (const { seq, id, user, hash } of room.log.slice(client.seq)) {
      // Where a view begins is the server's choice; after that it may leave nothing out.
      if (client.shows && broken("hides")) continue;
      client.shows = true;
      const common = { atMs: now, room: room.name, seq };
      if (!joins) events.push({ type: "frame", ...common, connection: `${name}/${client.connection}` });
      events.push({ type: "shown", ...common, client: name, epoch: `e${room.epoch}`, id, user, hash });
    }
    client.seq = Math.max(client.seq, room.log.length);
  };

  const come = (client: Client) => {
    client.online = true;
    client.connection += 1;
  };

  const comeBack = (client: Client) => {
    if (!client.online) come(client);
    while (client.outbox.length > 0) flush(client);
    read(client);
  };

  const restore = () => {
    const copies = rooms.map(({ log }) => [...log]);
    const fromMs = now;
    play(20);
    // Somebody has seen what the restore takes away.
    clients.slice(0, 2).forEach((client) => {
      send(client);
      comeBack(client);
    });
    rooms.forEach((room, i) => {
      room.log = copies[i] ?? [];
      if (defect !== "reuses") room.epoch += 1;
    });
    misbehaved = defect === "reuses";
    rollbacks.push({ fromMs, toMs: now });
    now += 1;
  };

  const play = (steps: number) => {
    for (let step = 0; step < steps; step += 1) {
      now += 1;
      const client = random.pick(clients);
      if (chance(0.15) && client.online) client.online = false;
      else if (chance(0.15) && !client.online) come(client);
      random.pick([send, send, flush, flush, read])(client);
    }
  };

  play(150);
  restore();
  play(150);
  clients.forEach(comeBack);
  clients.forEach(read);

  const finals = rooms.flatMap(({ name, epoch, log }) =>
    ["n1", "n2"].map(
      (node): Final => ({ room: name, node, epoch: `e${epoch}`, head: log.at(-1)?.seq ?? 0, messages: log }),
    ),
  );
  const history: History = {
    events,
    finals,
    readers: clients.map(({ name, room }) => ({ client: name, room: room.name })),
    rollbacks,
    retention: 10_000,
    bans: [
      {
        user: "gus",
        atMs: now,
        boundMs: 2_000,
        doors: [
          { door: "n1", ms: 40 },
          { door: "n2", ms: 900 },
        ],
      },
    ],
    presence: rooms.map(({ name }) => ({
      room: name,
      by: "n1",
      after: "a kill",
      ms: 900,
      boundMs: 20_000,
      ghosts: [],
      missing: [],
    })),
    catchUps: [12, 15, 80].map((ms, i) => ({ client: `c${i}`, ms })),
    memory: [{ node: "n1", baselineBytes: 1_000, endBytes: 1_100, limitBytes: 2_000, connections: 0, rooms: 0 }],
  };
  return { history, misbehaved };
}
