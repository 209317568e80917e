import type { History } from "./history.ts";
import { count, type Verdict, verdict } from "./verdict.ts";

/** A client that came back while nothing else was broken has caught up within this, for 99 of 100. */
export const catchUpBoundMs = 1_500;

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
const mebibytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(0)} MiB`;

/** 9. Every node's and every client's list of a room holds who is there and nobody else, within the life of a lease and one sweep. */
export function checkPresence({ presence }: History): Verdict {
  const found = presence.flatMap(({ room, by, after, ms, boundMs, ghosts, missing }) => {
    if (ms !== undefined && ms <= boundMs && ghosts.length + missing.length === 0) return [];
    const wrong = `ghosts ${ghosts.join(", ") || "none"}, missing ${missing.join(", ") || "none"}`;
    return [`${room} by ${by} was not right within ${seconds(boundMs)} after ${after}: ${wrong}`];
  });
  const slowest = Math.max(0, ...presence.map(({ ms }) => ms ?? 0));
  const ghosts = presence.reduce((sum, sample) => sum + sample.ghosts.length, 0);
  const figure = `${presence.length} lists, right after at most ${seconds(slowest)}, ${ghosts} ghosts`;
  return verdict(9, presence.length, figure, found);
}

/** 10. Every door follows a ban within the bound, and nothing of a banned user is stored after it. */
export function checkBans({ bans, finals }: History): Verdict {
  const doors = bans.flatMap((ban) => ban.doors.map((door) => ({ ...ban, ...door })));
  const open = doors
    .filter(({ ms, boundMs }) => ms === undefined || ms > boundMs)
    .map(({ user, door, ms }) => `${user}: ${door} ${ms === undefined ? "never followed" : `took ${seconds(ms)}`}`);
  const spoken = bans.flatMap(({ user, atMs, boundMs }) =>
    finals.flatMap(({ room, messages }) =>
      messages
        .filter((message) => message.user === user && message.ts > atMs + boundMs)
        .map(({ seq }) => `${user} spoke in ${room} (${seq}) after the ban`),
    ),
  );
  const slowest = Math.max(0, ...doors.map(({ ms }) => ms ?? 0));
  const figure = `${doors.length} doors on all nodes, followed after at most ${seconds(slowest)}, ${spoken.length} messages after it`;
  return verdict(10, doors.length, figure, [...open, ...spoken]);
}

/** 11. Who comes back has the room's end soon. */
export function checkCatchUp({ catchUps }: History): Verdict {
  const sorted = catchUps.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
  const late =
    at(0.99) > catchUpBoundMs
      ? [`99 of 100 took up to ${seconds(at(0.99))}, the bound is ${seconds(catchUpBoundMs)}`]
      : [];
  const figure = `${count(sorted.length)} returns, from open socket to caught up p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms`;
  return verdict(11, sorted.length, figure, late);
}

/** 12. When everybody left, a node holds nobody and about the memory that it started with. */
export function checkMemory({ memory }: History): Verdict {
  const found = memory.flatMap(({ node, endBytes, limitBytes, connections, rooms }) => [
    ...(endBytes > limitBytes ? [`${node} holds ${mebibytes(endBytes)}, more than ${mebibytes(limitBytes)}`] : []),
    ...(connections + rooms > 0 ? [`${node} still counts ${connections} connections and ${rooms} rooms`] : []),
  ]);
  const figure = memory
    .map(({ node, baselineBytes, endBytes }) => `${node} ${mebibytes(baselineBytes)} then ${mebibytes(endBytes)}`)
    .join(", ");
  return verdict(12, memory.length, figure, found);
}
