import { setTimeout as pause } from "node:timers/promises";
import type { PresenceSample } from "./history.ts";
import type { Participant } from "./participant.ts";
import { ask } from "./rest-calls.ts";
import type { StageNode } from "./stage-node.ts";

export interface Expected {
  readonly room: string;
  /** Ids of the users who are there. */
  readonly users: readonly string[];
}

/** Somebody who can be asked who is in a room. */
export interface Teller {
  readonly name: string;
  tells(room: string): boolean;
  members(room: string): readonly string[] | Promise<readonly string[]>;
}

export const nodeTells = (node: StageNode, token: string): Teller => ({
  name: node.name,
  tells: () => true,
  async members(room) {
    const { status, answer } = await ask(node, "readPresence", { token, params: { room } });
    return status === 200 ? answer.members.map(({ id }) => id) : [];
  },
});

/** What the library put together from the differences that it was told. */
export const participantTells = ({ name, rooms, client }: Participant): Teller => ({
  name,
  tells: (room) => rooms.includes(room),
  members: (room) => client.room(room)?.names?.map(({ id }) => id) ?? [],
});

/** Asks each of them for each room until the answer is exactly who is there, or the bound is over. */
export function watchPresence(
  tellers: readonly Teller[],
  rooms: readonly Expected[],
  how: { readonly after: string; readonly boundMs: number },
): Promise<readonly PresenceSample[]> {
  return Promise.all(
    rooms.flatMap((expected) =>
      tellers.filter((teller) => teller.tells(expected.room)).map((teller) => watchRoom(teller, expected, how)),
    ),
  );
}

async function watchRoom(
  teller: Teller,
  { room, users }: Expected,
  { after, boundMs }: { readonly after: string; readonly boundMs: number },
): Promise<PresenceSample> {
  const fromMs = performance.now();
  const expected = new Set(users);
  for (;;) {
    const found = new Set(await teller.members(room));
    const ms = performance.now() - fromMs;
    const ghosts = [...found].filter((user) => !expected.has(user));
    const missing = [...expected].filter((user) => !found.has(user));
    const sample = { room, by: teller.name, after, boundMs, ghosts, missing };
    if (ghosts.length + missing.length === 0) return { ...sample, ms };
    if (ms > boundMs) return { ...sample, ms: undefined };
    await pause(200);
  }
}
