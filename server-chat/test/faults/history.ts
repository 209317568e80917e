/**
 * What clients did and saw during a run, and what history held at its end. Plain values, so that a history can be made
 * by a simulation, corrupted, and judged without a server. All times are ms since 1970 on the one machine's clock.
 */
export interface History {
  readonly events: readonly Event[];
  /** Every room as every node answered for it by REST, after everything was healed. */
  readonly finals: readonly Final[];
  /** Clients that were in a room to the end, and so must have seen its end. */
  readonly readers: readonly { readonly client: string; readonly room: string }[];
  /** When the store was put back to an older state: what it took between the two is gone, and rightly so. */
  readonly rollbacks: readonly { readonly fromMs: number; readonly toMs: number }[];
  /** Messages that a room keeps. */
  readonly retention: number;
  readonly bans: readonly Ban[];
  readonly presence: readonly PresenceSample[];
  readonly catchUps: readonly CatchUp[];
  readonly memory: readonly MemorySample[];
}

export type Event = Invoke | Ack | Unknown | Failed | ViewStart | Shown | Removed | Joined | Frame;

/** A client gave a message to the library. */
export interface Invoke {
  readonly type: "invoke";
  readonly atMs: number;
  readonly client: string;
  readonly user: string;
  readonly room: string;
  readonly id: string;
  readonly hash: string;
}

/** The server said that the store has it. */
export interface Ack {
  readonly type: "ack";
  readonly atMs: number;
  readonly client: string;
  readonly room: string;
  readonly id: string;
  readonly seq: number;
}

/** The connection ended, or the server said so: it may be stored or not. The same id is sent again. */
export interface Unknown {
  readonly type: "unknown";
  readonly atMs: number;
  readonly client: string;
  readonly id: string;
}

/** The code of a message whose sender was told to go, and who will not be answered any more. */
export const expelled = "expelled";

/** The client gave the message up. */
export interface Failed {
  readonly type: "failed";
  readonly atMs: number;
  readonly client: string;
  readonly id: string;
  readonly code: string;
}

/** The client shows a room from scratch: it just came, or it cannot go on from `last`. */
export interface ViewStart {
  readonly type: "view";
  readonly atMs: number;
  readonly client: string;
  readonly room: string;
  readonly epoch: string;
  /** The room's newest number at that moment. */
  readonly head: number;
  /** What the client had before. */
  readonly last?: { readonly epoch: string; readonly seq: number };
}

/** A message reached the end of what the client shows. */
export interface Shown {
  readonly type: "shown";
  readonly atMs: number;
  readonly client: string;
  readonly room: string;
  readonly epoch: string;
  readonly seq: number;
  readonly id: string;
  readonly user: string;
  /** Of the text. */
  readonly hash: string;
}

/** The text of a message that the client shows was taken out. */
export interface Removed {
  readonly type: "removed";
  readonly atMs: number;
  readonly client: string;
  readonly room: string;
  readonly seq: number;
}

/** The server let a connection into a room, or told it to start over. Seen on the wire, below the library. */
export interface Joined {
  readonly type: "joined";
  readonly atMs: number;
  readonly client: string;
  readonly connection: string;
  readonly room: string;
  readonly epoch: string;
  /** The number after which live messages follow. */
  readonly head: number;
  readonly recovered: boolean;
  /** What the client had, as it said when it asked or as this connection brought it. */
  readonly held?: { readonly epoch: string; readonly seq: number };
}

/** A live message on the wire. */
export interface Frame {
  readonly type: "frame";
  readonly atMs: number;
  readonly connection: string;
  readonly room: string;
  readonly seq: number;
}

export interface Final {
  readonly room: string;
  readonly node: string;
  readonly epoch: string;
  readonly head: number;
  readonly messages: readonly Stored[];
}

export interface Stored {
  readonly seq: number;
  readonly id: string;
  readonly user: string;
  readonly hash: string;
  readonly ts: number;
  readonly deleted: boolean;
}

/** A user was banned, kicked or let in again, and how long each of its doors took to follow. */
export interface Ban {
  readonly user: string;
  readonly atMs: number;
  /** Until then the user can still speak. */
  readonly boundMs: number;
  /** Undefined: never. */
  readonly doors: readonly { readonly door: string; readonly ms: number | undefined }[];
}

/** Who is present in a room as a node or a client says, once it can have noticed what happened. */
export interface PresenceSample {
  readonly room: string;
  readonly by: string;
  readonly after: string;
  /** Until the list was right; undefined: not within the bound. */
  readonly ms: number | undefined;
  readonly boundMs: number;
  readonly ghosts: readonly string[];
  readonly missing: readonly string[];
}

/** A client that came back while nothing else was broken: from its open socket to the end of the room. */
export interface CatchUp {
  readonly client: string;
  readonly ms: number;
}

export interface MemorySample {
  readonly node: string;
  readonly baselineBytes: number;
  /** After everybody left. */
  readonly endBytes: number;
  readonly limitBytes: number;
  /** What the node still counts. */
  readonly connections: number;
  readonly rooms: number;
}
