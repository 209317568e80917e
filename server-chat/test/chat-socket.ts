import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import type { ClientFrame, Message, ServerFrame } from "../src/protocol/frames.ts";
import { subprotocol } from "../src/protocol/frames.ts";

type FrameOf<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

/** A client without any cleverness: it sends what the test says, and keeps every frame in order. */
export class ChatSocket {
  readonly ws: WebSocket;
  readonly frames: ServerFrame[] = [];
  /** Code and reason, once it is closed. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  #read = 0;
  #wake: () => void = () => undefined;

  constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#wake();
    });
    ws.on("error", () => undefined);
    this.closed = new Promise((resolve) => {
      ws.on("close", (code, reason) => {
        resolve({ code, reason: String(reason) });
        this.#wake();
      });
    });
  }

  static async open(port: number, options: { headers?: Record<string, string> } = {}): Promise<ChatSocket> {
    const socket = new ChatSocket(new WebSocket(`ws://127.0.0.1:${port}/ws`, subprotocol, options));
    await new Promise<void>((resolve, reject) => {
      socket.ws.once("open", resolve);
      socket.ws.once("error", reject);
    });
    return socket;
  }

  send(frame: ClientFrame | Record<string, unknown>): void {
    this.ws.send(JSON.stringify(frame));
  }

  /** Sends a message; resolves with its acknowledgement. */
  async say(room: string, text: string, id: string = randomUUID()): Promise<FrameOf<"ack">> {
    this.send({ type: "send", room, id, text });
    return this.next("ack", (ack) => ack.id === id);
  }

  async join(room: string, resume: object = {}): Promise<FrameOf<"joined">> {
    this.send({ type: "join", room, ...resume });
    return this.next("joined", (joined) => joined.room === room);
  }

  /** The next frame of a type, after the one that was found last; those in between are passed over. */
  async next<Type extends ServerFrame["type"]>(
    type: Type,
    matches: (frame: FrameOf<Type>) => boolean = () => true,
    withinMs = 10_000,
  ): Promise<FrameOf<Type>> {
    const until = performance.now() + withinMs;
    for (;;) {
      while (this.#read < this.frames.length) {
        const frame = this.frames[this.#read++];
        if (frame?.type === type && matches(frame as FrameOf<Type>)) return frame as FrameOf<Type>;
      }
      if (this.ws.readyState === WebSocket.CLOSED || performance.now() > until) {
        throw new Error(`no ${type} frame; got ${JSON.stringify(this.frames.slice(-5))}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  of<Type extends ServerFrame["type"]>(type: Type): readonly FrameOf<Type>[] {
    return this.frames.filter((frame): frame is FrameOf<Type> => frame.type === type);
  }

  /** Messages of a room as a careful reader keeps them: starting over at each unrecovered join. */
  view(room: string): readonly Message[] {
    let view: Message[] = [];
    for (const frame of this.frames) {
      if (!("room" in frame) || frame.room !== room) continue;
      if (frame.type === "joined") view = [...(frame.recovered ? view : []), ...frame.messages];
      if (frame.type === "message") {
        const { type: _type, room: _room, ...message } = frame;
        view.push(message);
      }
      if (frame.type === "deleted") {
        view = view.map((one) => (one.seq === frame.seq ? { ...one, text: "", deleted: true } : one));
      }
    }
    return view;
  }

  /** Ends without a word, as a cut cable does. */
  cut(): void {
    this.ws.terminate();
  }
}
