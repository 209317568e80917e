import { once } from "node:events";

/** What makes a node listen to `collectGarbage`; costs nothing until somebody asks. */
export const inspectable = ["--inspect=127.0.0.1:0"] as const;

/** Has a node drop what nobody needs any more, so that what is left is what it holds. */
export async function collectGarbage(logs: readonly string[]): Promise<void> {
  const url = logs
    .map((line) => /^Debugger listening on (ws:\S+)$/.exec(line)?.[1])
    .find((found) => found !== undefined);
  if (url === undefined) throw new Error("the node does not say where its inspector listens");
  const socket = new WebSocket(url);
  try {
    await once(socket, "open");
    const answered = once(socket, "message");
    // Chrome DevTools Protocol.
    socket.send(JSON.stringify({ id: 1, method: "HeapProfiler.collectGarbage" }));
    await answered;
  } finally {
    socket.close();
  }
}
