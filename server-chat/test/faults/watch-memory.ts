import { setTimeout as pause } from "node:timers/promises";
import type { MemorySample } from "./history.ts";
import type { StageNode } from "./stage-node.ts";

/** Compiled code and what Node keeps for itself; far below what the clients and messages of a run would leave. */
const slackBytes = 8 * 1_048_576;
/** For the last sockets to be seen off; rooms that nobody is in are kept for a while on purpose. */
const patienceMs = 30_000;

/** Waits until a node that everybody left has let go of them, or the patience is over. */
export async function watchMemory(node: StageNode, baselineBytes: number): Promise<MemorySample> {
  const limitBytes = baselineBytes + slackBytes;
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const endBytes = await node.heapBytes();
    const connections = await node.metric("chat_connections");
    const rooms = await node.metric("chat_rooms");
    const settled = endBytes <= limitBytes && connections + rooms === 0;
    if (settled || performance.now() > deadline) {
      return { node: node.name, baselineBytes, endBytes, limitBytes, connections, rooms };
    }
    await pause(500);
  }
}
