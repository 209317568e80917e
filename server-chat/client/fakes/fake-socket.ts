import type { ClientFrame, ServerFrame } from "../../src/protocol/frames.ts";
import type { Clock, Socket, SocketEvent } from "../surroundings.ts";

/** The server's end of a connection. */
export interface FakePeer {
  send(frame: ServerFrame): void;
  /** Closes with a code; 1006 is a cut. */
  close(code: number): void;
  /** From now on nothing gets through, in either direction, and nobody is told. */
  blackHole(): void;
  readonly isOpen: boolean;
}

export interface FakePeerEvents {
  frame(frame: ClientFrame): void;
  /** The client closes; 1005 without a code. */
  farewell(code: number): void;
  closed(): void;
}

export const latencyMs = 5;

/**
 * A pair of connected ends in memory. Everything takes `latencyMs` and keeps its order; `accept` is the server, and
 * refuses the upgrade by returning undefined.
 */
export function fakeWebSocket(clock: Clock, accept: (peer: FakePeer) => FakePeerEvents | undefined) {
  return class implements Socket {
    readonly #listeners = new Map<string, (event: SocketEvent) => void>();
    #open = true;
    #through = true;
    readonly #server: FakePeerEvents | undefined;

    constructor(_url: string, _protocol: string) {
      const peer: FakePeer = {
        send: (frame) => {
          // As on a real wire: what is under way is what was sent, whatever happens to the object.
          const data = JSON.stringify(frame);
          if (this.#open) this.#later(() => this.#tell({ type: "message", data }));
        },
        close: (code) => this.#later(() => this.#end(code)),
        blackHole: () => {
          this.#through = false;
        },
        isOpen: true,
      };
      Object.defineProperty(peer, "isOpen", { get: () => this.#open });
      this.#server = accept(peer);
      this.#later(() => (this.#server === undefined ? this.#end(1006) : this.#tell({ type: "open" })));
    }

    addEventListener(type: string, listener: (event: SocketEvent) => void): void {
      this.#listeners.set(type, listener);
    }
    send(text: string): void {
      if (this.#open) this.#later(() => this.#server?.frame(JSON.parse(text) as ClientFrame));
    }
    close(code = 1005): void {
      this.#later(() => {
        this.#server?.farewell(code);
        this.#end(code);
      });
    }

    #later(act: () => void): void {
      clock.after(latencyMs, () => {
        if (this.#open && this.#through) act();
      });
    }
    #tell(event: SocketEvent): void {
      this.#listeners.get(event.type)?.(event);
    }
    #end(code: number): void {
      this.#open = false;
      this.#server?.closed();
      this.#tell({ type: "close", code, reason: "" });
    }
  };
}
