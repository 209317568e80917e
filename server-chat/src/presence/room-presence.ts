import { performance } from "node:perf_hooks";
import type { User } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import type { Announcement, Leases } from "../store/store.ts";
import { jsonFrame } from "../ws/frames-out.ts";
import type { Pace } from "../ws/pace.ts";
import {
  type Crowd,
  changeFrame,
  crowdOf,
  formatCrowd,
  fullFrame,
  mergeCrowds,
  nobody,
  parseCrowd,
  wholeFrame,
} from "./crowd.ts";
import { LocalMembers } from "./local-members.ts";

export const presenceGroup = (room: string): string => `presence:${room}`;

export interface PresenceParts {
  readonly leases: Leases;
  readonly announce: (event: Announcement) => Promise<void>;
  /** Names this process in the leases, never one that was there before. */
  readonly holder: string;
  readonly pace: Pace["presence"];
}

/**
 * Who is in one room. Each node keeps a lease with its own members and reads the others', so a node that dies takes its
 * members with it. Changes are gathered: members hear of them at most once in `quietMs`.
 */
export class RoomPresence {
  readonly #room: string;
  readonly #parts: PresenceParts;
  readonly #touch: (presence: RoomPresence) => void;
  readonly #tell: (frame: Buffer) => void;
  readonly #local = new LocalMembers();
  #others: readonly Crowd[] = [];
  /** What the room's members know. */
  #shown: Crowd = nobody;
  #counted: Buffer | undefined;
  /** Newcomers were told a number while those before them know names. */
  #isMixed = false;
  #changed = false;
  #unread = true;
  #unwritten = false;
  /** The value of this node's lease, as written last. */
  #written = formatCrowd(nobody);
  #working: Promise<void> | undefined;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #workedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param touch is called when `tick` has something to do
   * @param tell brings a frame to the room's members on this node
   */
  constructor(
    room: string,
    parts: PresenceParts,
    touch: (presence: RoomPresence) => void,
    tell: (frame: Buffer) => void,
  ) {
    this.#room = room;
    this.#parts = parts;
    this.#touch = touch;
    this.#tell = tell;
  }

  /** Members on all nodes, as the room's members were told. */
  get count(): number {
    return this.#shown.count;
  }

  /** Reads who is there before the first member of this node comes, so that the first list is whole. Never rejects. */
  async load(): Promise<void> {
    await this.#read().catch(() => undefined);
    this.#shown = mergeCrowds(this.#others);
  }

  enter(user: User): void {
    if (this.#local.enter(user)) this.#noteLocalChange();
  }

  /** @param isLost the connection broke: its user is likely to be back before anybody should be told */
  leave(user: User, isLost: boolean): void {
    if (this.#local.leave(user, isLost ? performance.now() + this.#parts.pace.lingerMs : undefined)) {
      this.#noteLocalChange();
    } else if (this.#local.someAreMissing) {
      this.#touch(this);
    }
  }

  /** Another node says that its members changed. */
  noteOthersChanged(): void {
    this.#unread = true;
    this.#touch(this);
  }

  /** A frame with everybody, for who has just come. Without names it is the same one for all of them. */
  everybody(newcomer?: User): Buffer {
    const { members, count } = this.#shown;
    const all = new Map(members);
    // Who is there already has the name that the others know, and its change is told to all of them.
    if (newcomer !== undefined && !all.has(newcomer.id)) all.set(newcomer.id, newcomer);
    const most = limits.presenceNames;
    if (members !== undefined && this.#local.size <= most && all.size <= most) {
      return jsonFrame(fullFrame(this.#room, crowdOf(all)));
    }
    this.#isMixed = members !== undefined;
    // At least one too many, or it would not be a number.
    const atLeast = Math.max(count, this.#local.size, most + 1);
    this.#counted ??= jsonFrame(fullFrame(this.#room, { count: atLeast, members: undefined }));
    return this.#counted;
  }

  /** Does what is due. @returns whether something is left for later */
  tick(nowMs: number): boolean {
    const { quietMs } = this.#parts.pace;
    if (this.#local.forgetMissing(nowMs)) this.#noteLocalChange();
    if ((this.#unread || this.#unwritten) && this.#working === undefined && nowMs - this.#workedAtMs >= quietMs) {
      this.#workedAtMs = nowMs;
      this.#work();
    }
    if (this.#changed && nowMs - this.#toldAtMs >= quietMs * this.#crowding()) this.#tellChange(nowMs);
    return this.#changed || this.#unread || this.#unwritten || this.#local.someAreMissing;
  }

  /** Keeps this node's lease alive and looks which others are. */
  renew(): void {
    if (this.#local.size > 0) this.#unwritten = true;
    this.#unread = true;
    this.#touch(this);
  }

  /** This node's members are gone, for good. */
  async end(): Promise<void> {
    await this.#working;
    this.#local.clear();
    if (this.#written !== formatCrowd(nobody)) await this.#write();
  }

  #noteLocalChange(): void {
    this.#changed = true;
    this.#unwritten = true;
    this.#touch(this);
  }

  #tellChange(nowMs: number): void {
    this.#changed = false;
    const crowd = mergeCrowds([this.#local.crowd(), ...this.#others]);
    const frame = (this.#isMixed ? wholeFrame : changeFrame)(this.#room, this.#shown, crowd);
    this.#shown = crowd;
    this.#isMixed = false;
    this.#counted = undefined;
    if (frame === undefined) return;
    this.#toldAtMs = nowMs;
    this.#tell(jsonFrame(frame));
  }

  /** Each thousand members here are told a second later: a number that big changes slowly, and all of them are written to. */
  #crowding(): number {
    return Math.max(1, this.#local.size / 1_000);
  }

  /** Writes this node's lease, reads the others'. A store that is away is asked again at the next renewal. */
  #work(): void {
    const work = async () => {
      if (this.#unwritten) await this.#write();
      if (this.#unread) await this.#read();
    };
    this.#working = work()
      .catch(() => undefined)
      .finally(() => {
        this.#working = undefined;
      });
  }

  async #write(): Promise<void> {
    const { leases, announce, holder, pace } = this.#parts;
    const group = presenceGroup(this.#room);
    this.#unwritten = false;
    const value = formatCrowd(this.#local.crowd());
    const isNews = value !== this.#written;
    this.#written = value;
    if (this.#local.size > 0) await leases.put(group, holder, value, pace.leaseMs);
    else await leases.remove(group, holder);
    if (isNews) await announce({ type: "members", room: this.#room, node: holder });
  }

  async #read(): Promise<void> {
    this.#unread = false;
    const leases = await this.#parts.leases.list(presenceGroup(this.#room));
    const others = leases.filter(({ holder }) => holder !== this.#parts.holder);
    this.#others = others.map(({ value }) => parseCrowd(value) ?? nobody);
    this.#changed = true;
    this.#touch(this);
  }
}
