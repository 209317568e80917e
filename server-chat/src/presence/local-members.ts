import type { User } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import { type Crowd, crowdOf } from "./crowd.ts";

interface LocalMember {
  /** As others see this person. */
  user: User;
  /** Under which name each connection came, in their order. */
  readonly connections: User[];
}

/**
 * Who is in a room on one node: every person once, however many connections they have, under the name of the newest one;
 * also who has none any more but may come back.
 */
export class LocalMembers {
  readonly #members = new Map<string, LocalMember>();
  /** Until when somebody without a connection counts as present. */
  readonly #missing = new Map<string, number>();

  get size(): number {
    return this.#members.size;
  }

  get someAreMissing(): boolean {
    return this.#missing.size > 0;
  }

  /** A connection more. @returns whether others see a difference */
  enter(user: User): boolean {
    const member = this.#members.get(user.id);
    if (member === undefined) {
      this.#members.set(user.id, { user, connections: [user] });
      return true;
    }
    this.#missing.delete(user.id);
    member.connections.push(user);
    return rename(member);
  }

  /**
   * A connection less.
   *
   * @param untilMs counts as present until then; at once gone without
   * @returns whether others see a difference
   */
  leave(user: User, untilMs: number | undefined): boolean {
    const member = this.#members.get(user.id);
    const index = member?.connections.findLastIndex(({ name }) => name === user.name) ?? -1;
    if (member === undefined || index === -1) return false;
    member.connections.splice(index, 1);
    if (member.connections.length > 0) return rename(member);
    if (untilMs === undefined) return this.#members.delete(user.id);
    this.#missing.set(user.id, untilMs);
    return false;
  }

  /** Forgets who did not come back in time. @returns whether others see a difference */
  forgetMissing(nowMs: number): boolean {
    const { size } = this.#members;
    for (const [id, untilMs] of this.#missing) {
      if (untilMs > nowMs) continue;
      this.#missing.delete(id);
      this.#members.delete(id);
    }
    return this.#members.size < size;
  }

  clear(): void {
    this.#members.clear();
    this.#missing.clear();
  }

  crowd(): Crowd {
    // Thousands of members would be copied for nothing: nobody names them.
    if (this.size > limits.presenceNames) return { count: this.size, members: undefined };
    return crowdOf(new Map([...this.#members].map(([id, { user }]) => [id, user])));
  }
}

/** Shows the name of the newest connection. @returns whether it is another one */
function rename(member: LocalMember): boolean {
  const newest = member.connections.at(-1);
  if (newest === undefined || newest.name === member.user.name) return false;
  member.user = newest;
  return true;
}
