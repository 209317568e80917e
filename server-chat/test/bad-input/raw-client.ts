import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type ServerFrame, serverFrame, subprotocol } from "../../src/protocol/frames.ts";
import { rest } from "../../src/protocol/rest.ts";
import { clientBytes, opcodes, takeFrames, text } from "./raw-frames.ts";

/** How a connection ended: with the code of a close frame, or without one. */
export interface End {
  readonly code: number | undefined;
}

/** A client on a bare TCP connection, which may write whatever it likes. */
export interface RawClient {
  readonly socket: Socket;
  /** Frames of the server so far, each checked with the schema. */
  readonly frames: readonly ServerFrame[];
  readonly ended: Promise<End>;
  isOpen(): boolean;
  write(bytes: Uint8Array): void;
  send(frame: unknown): void;
  /** Waits for the next frame of which `wanted` is true, from `since` on. */
  receive(wanted: (frame: ServerFrame) => boolean, withinMs?: number): Promise<ServerFrame>;
  /** Sends a ping frame of the protocol and waits for its answer, or for the end of the connection. */
  answersOrEnds(withinMs?: number): Promise<"answers" | End>;
  /** Says hello and joins a room. Throws if the connection ended instead. */
  enter(token: string, room: string): Promise<void>;
  /** Sends a text and waits for the answer to it. */
  say(room: string, text: string, id?: string): Promise<ServerFrame>;
  destroy(): void;
}

/** The head of a request for a WebSocket. */
export const upgradeHead = (port: number, more: readonly string[] = []): string =>
  [
    "GET /ws HTTP/1.1",
    `Host: 127.0.0.1:${port}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Protocol: ${subprotocol}`,
    ...more,
    "\r\n",
  ].join("\r\n");

/** @param early bytes that are sent behind the request for a WebSocket, before its answer is there */
export async function connectRaw(port: number, early?: Uint8Array): Promise<RawClient> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write(Buffer.concat([Buffer.from(upgradeHead(port)), early ?? Buffer.alloc(0)]));
  return followSocket(socket, await readHead(socket));
}

/** Reads the answer to the upgrade; what came behind it is returned. */
async function readHead(socket: Socket): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0);
  while (!head.includes("\r\n\r\n")) {
    const [chunk] = (await once(socket, "data", { signal: AbortSignal.timeout(10_000) })) as [Buffer];
    head = Buffer.concat([head, chunk]);
  }
  const status = head.subarray(0, head.indexOf("\r\n")).toString();
  if (!status.includes(" 101 ")) throw new Error(`the upgrade was refused: ${status}`);
  return head.subarray(head.indexOf("\r\n\r\n") + 4);
}

function followSocket(socket: Socket, begin: Buffer): RawClient {
  const frames: ServerFrame[] = [];
  let rest: Buffer = Buffer.alloc(0);
  let code: number | undefined;
  let open = true;
  const take = (chunk: Buffer) => {
    const taken = takeFrames(Buffer.concat([rest, chunk]));
    rest = taken.rest;
    for (const { opcode, payload } of taken.frames) {
      if (opcode === opcodes.text) frames.push(serverFrame.parse(JSON.parse(payload.toString())));
      if (opcode === opcodes.ping) socket.write(clientBytes({ opcode: opcodes.pong, payload }));
      if (opcode === opcodes.close) {
        code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005;
        socket.end(clientBytes({ opcode: opcodes.close, payload: payload.subarray(0, 2) }));
      }
    }
  };
  socket.on("data", take);
  // Not events.once, which rejects at an error: a reset is an end like another.
  const ended = new Promise<End>((resolve) => {
    socket.once("close", () => {
      open = false;
      resolve({ code });
    });
  });
  take(begin);
  const client: RawClient = {
    socket,
    frames,
    ended,
    isOpen: () => open && code === undefined,
    write: (bytes) => socket.write(bytes),
    send: (frame) => socket.write(text(frame)),
    async receive(wanted, withinMs = 10_000) {
      const deadline = performance.now() + withinMs;
      for (;;) {
        const found = frames.find(wanted);
        if (found !== undefined) return found;
        if (!open) throw new Error(`the connection ended (${code}) before the frame came; ${JSON.stringify(frames)}`);
        if (performance.now() > deadline) throw new Error(`the frame did not come; ${JSON.stringify(frames)}`);
        await pause(5);
      }
    },
    async answersOrEnds(withinMs = 10_000) {
      const before = frames.length;
      client.send({ type: "ping" });
      const pong = client.receive((frame) => frame.type === "pong" && frames.indexOf(frame) >= before, withinMs);
      return Promise.race([pong.then(() => "answers" as const).catch(() => withEnd()), ended]);
    },
    async enter(token, room) {
      client.send({ type: "hello", token });
      client.send({ type: "join", room });
      await client.receive((frame) => frame.type === "joined" && frame.room === room);
    },
    say(room, words, id = randomUUID()) {
      const before = frames.length;
      client.send({ type: "send", room, id, text: words });
      return client.receive(
        (frame) =>
          (frame.type === "ack" || frame.type === "error") && frame.id === id && frames.indexOf(frame) >= before,
      );
    },
    destroy: () => socket.destroy(),
  };
  const withEnd = async (): Promise<End> => {
    if (open) throw new Error("the server neither answers nor closes");
    return ended;
  };
  return client;
}

/** A token for a name. */
export async function newToken(url: string, name: string): Promise<string> {
  const response = await fetch(`${url}${rest.createSession.path}`, {
    method: rest.createSession.method,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`no token for ${name}: ${response.status} ${await response.text()}`);
  return rest.createSession.answer.parse(await response.json()).token;
}
