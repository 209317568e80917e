import { createRequire } from "node:module";
import { join } from "node:path";
import { readNumberedText } from "../numbered-text.ts";
import { backoff, type StartReader } from "./reader.ts";

/** As much of socket.io-client as is used: its packages are installed for the benchmark only. */
interface SocketIoClient {
  io(url: string, options: object): Socket;
}
interface Socket {
  readonly recovered: boolean;
  on(event: string, listener: (content: never) => void): void;
  disconnect(): void;
}
interface Entry {
  readonly message: string;
}

const peerPackage = join(import.meta.dirname, "..", "..", "peer", "package.json");

/** Socket.IO's own client, with connection state recovery where the server grants it. */
export const startSocketIoReader: StartReader = ({ port, view, changed, restarted }) => {
  const { io } = createRequire(peerPackage)("socket.io-client") as SocketIoClient;
  const socket = io(`http://127.0.0.1:${port}`, {
    transports: ["websocket"],
    forceNew: true,
    reconnectionDelay: backoff.minMs,
    reconnectionDelayMax: backoff.maxMs,
  });
  socket.on("connect", () => {
    if (!socket.recovered) restarted();
  });
  socket.on("previous messages", (entries: readonly Entry[]) => {
    view.replace(entries.map(({ message }) => readNumberedText(message)));
    changed();
  });
  socket.on("chat message", ({ message }: Entry) => {
    view.show(readNumberedText(message));
    changed();
  });
  return { stop: () => socket.disconnect() };
};
