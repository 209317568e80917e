import { setTimeout as pause } from "node:timers/promises";
import type { PresenceSample } from "./history.ts";
import { ask } from "./rest-calls.ts";
import type { StageNode } from "./stage-node.ts";

export interface Expected {
  readonly room: string;
  /** Ids of the users who are there. */
  readonly users: readonly string[];
}

/** Asks each node for each room until it lists exactly who is there, or the bound is over. */
export function watchPresence(
  nodes: readonly StageNode[],
  rooms: readonly Expected[],
  how: { readonly after: string; readonly boundMs: number; readonly token: string },
): Promise<readonly PresenceSample[]> {
  return Promise.all(nodes.flatMap((node) => rooms.map((expected) => watchRoom(node, expected, how))));
}

async function watchRoom(
  node: StageNode,
  { room, users }: Expected,
  { after, boundMs, token }: { readonly after: string; readonly boundMs: number; readonly token: string },
): Promise<PresenceSample> {
  const fromMs = performance.now();
  const expected = new Set(users);
  for (;;) {
    const found = await listMembers(node, room, token);
    const ms = performance.now() - fromMs;
    const ghosts = [...found].filter((user) => !expected.has(user));
    const missing = [...expected].filter((user) => !found.has(user));
    const sample = { room, node: node.name, after, boundMs, ghosts, missing };
    if (ghosts.length + missing.length === 0) return { ...sample, ms };
    if (ms > boundMs) return { ...sample, ms: undefined };
    await pause(200);
  }
}

async function listMembers(node: StageNode, room: string, token: string): Promise<ReadonlySet<string>> {
  const { status, answer } = await ask(node, "readPresence", { token, params: { room } });
  return new Set(status === 200 ? answer.members.map(({ id }) => id) : []);
}
