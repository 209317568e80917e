import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** Everything that a server answers to some bytes until it closes, or until `withinMs` without being told to. */
export async function exchange(port: number, bytes: string | Uint8Array, withinMs = 20_000): Promise<string> {
  const socket = await open(port);
  socket.write(bytes);
  const answer = await readUntilClosed(socket, withinMs);
  socket.destroy();
  return answer;
}

export async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  // A reset is an end like another.
  return socket.on("error", () => {});
}

/** @throws Error if the server keeps the connection open for longer */
export async function readUntilClosed(socket: Socket, withinMs: number): Promise<string> {
  let answer = "";
  socket.on("data", (chunk: Buffer) => {
    answer += chunk.toString("latin1");
  });
  const over = new AbortController();
  const ended = new Promise<true>((resolve) => {
    if (socket.closed) resolve(true);
    else socket.once("close", () => resolve(true));
  });
  const inTime = await Promise.race([ended, pause(withinMs, false, { signal: over.signal })]);
  over.abort();
  if (!inTime) throw new Error(`still open after ${withinMs} ms, with the answer ${JSON.stringify(answer)}`);
  return answer;
}

/** Sends one more byte every `everyMs` for as long as the connection is there. */
export function drip(socket: Socket, byte: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(byte), everyMs);
  socket.once("close", () => clearInterval(timer));
}
