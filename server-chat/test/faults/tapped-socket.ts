import type { SocketConstructor } from "../../client/surroundings.ts";
import type { ClientFrame, ServerFrame } from "../../src/protocol/frames.ts";
import type { Recorder } from "./recorder.ts";

export interface Tap {
  readonly client: string;
  readonly recorder: Recorder;
  readonly opened: () => void;
  readonly closed: (code: number) => void;
  readonly joined: (room: string, head: number) => void;
}

interface Position {
  readonly epoch: string;
  readonly seq: number;
}

/**
 * A WebSocket that tells what passes, below the library: the library mends what a server does wrong, and what it mends
 * must be seen all the same.
 */
export function tapSockets({ client, recorder, opened, closed, joined }: Tap): SocketConstructor {
  let connections = 0;
  return class extends WebSocket {
    readonly #connection: string;
    readonly #inFlight = new Set<string>();
    /** Where the room stands on this connection; what was said in a join that is not answered yet. */
    readonly #positions = new Map<string, Position>();
    readonly #asked = new Map<string, Position | undefined>();
    #open = false;

    constructor(url: string, protocol: string) {
      super(url, protocol);
      connections += 1;
      this.#connection = `${client}/${connections}`;
      this.addEventListener("open", () => {
        this.#open = true;
        opened();
      });
      this.addEventListener("message", ({ data }) => this.#receive(JSON.parse(String(data)) as ServerFrame));
      this.addEventListener("close", ({ code }) => this.#end(code));
    }

    override send(text: string): void {
      const frame = JSON.parse(text) as ClientFrame;
      if (frame.type === "send") this.#inFlight.add(frame.id);
      if (frame.type === "join") {
        const { room, epoch, after } = frame;
        this.#asked.set(room, epoch === undefined || after === undefined ? undefined : { epoch, seq: after });
      }
      super.send(text);
    }

    override close(code?: number, reason?: string): void {
      this.#end(code ?? 1000);
      super.close(code, reason);
    }

    #end(code: number): void {
      const atMs = recorder.nowMs();
      for (const id of this.#inFlight) recorder.record({ type: "unknown", atMs, client, id });
      this.#inFlight.clear();
      if (!this.#open) return;
      this.#open = false;
      recorder.lostConnection();
      closed(code);
    }

    #receive(frame: ServerFrame): void {
      const atMs = recorder.nowMs();
      const connection = this.#connection;
      if (frame.type === "joined") {
        const { room, epoch, head, recovered } = frame;
        const held = this.#asked.has(room) ? this.#asked.get(room) : this.#positions.get(room);
        this.#asked.delete(room);
        this.#positions.set(room, { epoch, seq: head });
        recorder.record({ type: "joined", atMs, client, connection, room, epoch, head, recovered, held });
        joined(room, head);
      } else if (frame.type === "message") {
        const { room, seq } = frame;
        const { epoch = "" } = this.#positions.get(room) ?? {};
        this.#positions.set(room, { epoch, seq });
        recorder.record({ type: "frame", atMs, connection, room, seq });
      } else if (frame.type === "ack") {
        const { room, id, seq } = frame;
        this.#inFlight.delete(id);
        recorder.record({ type: "ack", atMs, client, room, id, seq });
      } else if (frame.type === "error" && frame.id !== undefined && this.#inFlight.delete(frame.id)) {
        const { id, code } = frame;
        if (code === "unknown_outcome" || code === "internal") recorder.record({ type: "unknown", atMs, client, id });
      }
    }
  };
}
