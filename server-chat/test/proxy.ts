import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** `up` is from who connected to the server behind the proxy, `down` is back. */
export type Direction = "up" | "down";

/** A TCP proxy on loopback that breaks connections the way networks do. */
export interface TcpProxy {
  readonly port: number;
  readonly connections: number;
  /** Every connection ends at once (RST), as when a machine on the way restarts. New ones work. */
  cut(): void;
  /** New connections end at once, too, until `heal`. */
  refuse(): void;
  /** Nothing goes through and nobody is told, until `heal` delivers it late, as TCP does after a lost route came back. */
  blackhole(direction?: Direction | "both"): void;
  /** What the server answers is thrown away. `heal` cuts the connections that lost something. */
  dropReplies(): void;
  /** Every byte arrives this much later. */
  delay(ms: number): void;
  /** Changes what passes; a chunk is whatever arrived at once. */
  rewrite(change: (chunk: Buffer, direction: Direction) => Buffer): void;
  /** New connections go to another port. */
  retarget(port: number): void;
  heal(): void;
  close(): Promise<void>;
}

interface Faults {
  refuse: boolean;
  held: ReadonlySet<Direction>;
  dropReplies: boolean;
  delayMs: number;
  rewrite: (chunk: Buffer, direction: Direction) => Buffer;
}

const healthy = (): Faults => ({
  refuse: false,
  held: new Set(),
  dropReplies: false,
  delayMs: 0,
  rewrite: (chunk) => chunk,
});

/** @param targetPort where the server listens, on 127.0.0.1 */
export async function startProxy(targetPort: number): Promise<TcpProxy> {
  let target = targetPort;
  let faults = healthy();
  const pairs = new Set<Pair>();
  const server = createServer((client) => {
    if (faults.refuse) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect(target, "127.0.0.1");
    const pair = new Pair(client, upstream, () => faults);
    pairs.add(pair);
    const forget = () => {
      if (!pair.open) pairs.delete(pair);
    };
    client.once("close", forget);
    upstream.once("close", forget);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const pair of pairs) pair.cut();
  };
  const change = (more: Partial<Faults>) => {
    faults = { ...faults, ...more };
    for (const pair of pairs) pair.flow();
  };
  return {
    port: (server.address() as AddressInfo).port,
    get connections() {
      return pairs.size;
    },
    cut,
    refuse() {
      change({ refuse: true });
      cut();
    },
    blackhole: (direction = "both") =>
      change({ held: new Set<Direction>(direction === "both" ? ["up", "down"] : [direction]) }),
    dropReplies: () => change({ dropReplies: true }),
    delay: (delayMs) => change({ delayMs }),
    rewrite: (rewrite) => change({ rewrite }),
    retarget(port) {
      target = port;
    },
    heal: () => change(healthy()),
    async close() {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}

/** One connection through the proxy. */
class Pair {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #faults: () => Faults;
  #lostSomething = false;

  constructor(client: Socket, server: Socket, faults: () => Faults) {
    this.#client = client;
    this.#server = server;
    this.#faults = faults;
    this.#connect(client, server, "up");
    this.#connect(server, client, "down");
    this.flow();
  }

  get open(): boolean {
    return !this.#client.destroyed || !this.#server.destroyed;
  }

  /** Reads from a side while nothing forbids it and the other one takes what comes. */
  flow(): void {
    const { held, dropReplies } = this.#faults();
    if (this.#lostSomething && !dropReplies) {
      this.cut();
      return;
    }
    for (const [from, to, direction] of [
      [this.#client, this.#server, "up"],
      [this.#server, this.#client, "down"],
    ] as const) {
      if (held.has(direction) || to.writableNeedDrain) from.pause();
      else from.resume();
    }
  }

  cut(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }

  #connect(from: Socket, to: Socket, direction: Direction): void {
    const waiting: (() => void)[] = [];
    const later = (act: () => void) => {
      const { delayMs } = this.#faults();
      if (delayMs === 0 && waiting.length === 0) return act();
      waiting.push(act);
      // Whichever timer fires does what has waited longest: bytes stay in order when the delay changes.
      setTimeout(() => waiting.shift()?.(), delayMs);
    };
    from.setNoDelay(true);
    from.on("data", (chunk: Buffer) => {
      const { dropReplies, rewrite } = this.#faults();
      if (dropReplies && direction === "down") {
        this.#lostSomething = true;
        return;
      }
      const changed = rewrite(chunk, direction);
      later(() => {
        if (!to.destroyed && !to.write(changed)) this.flow();
      });
    });
    from.on("end", () => later(() => to.end()));
    // The close that follows an error is what ends the other side.
    from.on("error", () => {});
    from.on("close", (failed) => later(() => (failed ? to.resetAndDestroy() : to.end())));
    to.on("drain", () => this.flow());
  }
}
