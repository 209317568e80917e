import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** `clean`: both ends learn of it. `halfOpen`: the client does, and the server goes on as if nothing had happened. */
export type CutKind = "clean" | "halfOpen";

/** One client's way to the server, which breaks on command and counts what comes down. */
export interface Link {
  readonly port: number;
  /** Bytes that the server sent to this client, over all connections. */
  readonly bytesDown: number;
  /** Until `restore`, attempts to connect fail at once. */
  cut(kind: CutKind): void;
  restore(): void;
  close(): Promise<void>;
}

/** @param opened called when the server answers on a new connection, such as to an upgrade */
export async function startLink(targetPort: number, opened: () => void): Promise<Link> {
  let isCut = false;
  let bytesDown = 0;
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  /** The server's side of connections that it takes for open. */
  const forgotten = new Set<Socket>();
  const listener = createServer((client) => {
    if (isCut) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(targetPort, "127.0.0.1");
    const pair = { client, server };
    pairs.add(pair);
    server.once("data", opened);
    server.on("data", (chunk: Buffer) => {
      bytesDown += chunk.length;
    });
    client.setNoDelay(true).pipe(server.setNoDelay(true)).pipe(client);
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => {});
      one.on("close", () => {
        if (pairs.delete(pair)) other.destroy();
      });
    }
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  const cut = (kind: CutKind) => {
    isCut = true;
    for (const { client, server } of pairs) {
      client.unpipe(server);
      server.unpipe(client);
      client.resetAndDestroy();
      if (kind === "clean") server.resetAndDestroy();
      else forgotten.add(server.removeAllListeners("data").pause());
    }
    pairs.clear();
  };
  return {
    port: (listener.address() as AddressInfo).port,
    get bytesDown() {
      return bytesDown;
    },
    cut,
    restore() {
      isCut = false;
    },
    async close() {
      const closed = once(listener, "close");
      listener.close();
      cut("clean");
      for (const server of forgotten) server.resetAndDestroy();
      await closed;
    },
  };
}
