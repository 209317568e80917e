import type { Final } from "./history.ts";
import type { Participant } from "./participant.ts";
import { readFinal } from "./rest-calls.ts";
import type { Stage } from "./stage.ts";
import { waitUntil } from "./wait-until.ts";

/** False if somebody was still waiting for something when the time was over. */
export const settled = (participants: readonly Participant[], withinMs: number): Promise<boolean> =>
  waitUntil(() => participants.every((participant) => participant.settled), withinMs);

/** What those who are not settled wait for. */
export function formatUnsettled(participants: readonly Participant[]): string {
  const waiting = participants.filter((participant) => !participant.settled);
  return waiting
    .map(({ name, client, rooms }) => {
      const where = rooms.map((room) => {
        const { phase, outbox } = client.room(room) ?? { phase: "left", outbox: [] };
        return `${room} ${phase}, ${outbox.length} to send`;
      });
      return `${name} is ${client.state.name} (${where.join("; ")})`;
    })
    .join(", ");
}

const toTheEndMs = 15_000;

/** Reads every room as every node tells it, and gives the clients the time to get there, too. */
export async function readToTheEnd(
  stage: Stage,
  participants: readonly Participant[],
  token: string,
): Promise<readonly Final[]> {
  const rooms = [...new Set(participants.flatMap((participant) => participant.rooms))];
  const finals = await Promise.all(stage.nodes.flatMap((node) => rooms.map((room) => readFinal(node, room, token))));
  const isThere = ({ room, head }: Final) =>
    participants.every(({ rooms, client }) => !rooms.includes(room) || client.room(room)?.last === head);
  await waitUntil(() => finals.every(isThere), toTheEndMs);
  return finals;
}

export const readersOf = (participants: readonly Participant[]) =>
  participants.flatMap(({ name, rooms }) => rooms.map((room) => ({ client: name, room })));
