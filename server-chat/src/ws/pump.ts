import { performance } from "node:perf_hooks";
import type { FanOut } from "./fan-out.ts";

/** How long members are written to before what came in meanwhile gets its turn: an acknowledgement waits no longer. */
const sliceMs = 1;

/** Writes of one room before the next room's. */
const chunk = 32;

/** Shares the process between the passes of all rooms and everything else. */
export class Pump {
  readonly #rooms: FanOut[] = [];
  #running = false;

  add(room: FanOut): void {
    this.#rooms.push(room);
    if (this.#running) return;
    this.#running = true;
    setImmediate(this.#slice);
  }

  #slice = (): void => {
    const until = performance.now() + sliceMs;
    do {
      const room = this.#rooms.shift();
      if (room === undefined) {
        this.#running = false;
        return;
      }
      if (room.write(chunk)) this.#rooms.push(room);
    } while (performance.now() < until);
    setImmediate(this.#slice);
  };
}
