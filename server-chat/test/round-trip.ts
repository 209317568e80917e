import { randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { WebSocket } from "ws";
import { type ServerFrame, subprotocol } from "../src/protocol/frames.ts";

/** A person that a test lets chat, without the client library. */
export interface Person {
  send(frame: Readonly<Record<string, unknown>>): void;
  /** The next frame of one of these types that has not been taken yet. */
  next<Type extends ServerFrame["type"]>(
    ...types: readonly Type[]
  ): Promise<Extract<ServerFrame, { readonly type: Type }>>;
  /** All frames of a type that came and have not been taken. */
  left<Type extends ServerFrame["type"]>(type: Type): Extract<ServerFrame, { readonly type: Type }>[];
  /** Resolves with the code when the connection has ended. */
  readonly closed: Promise<number>;
  close(): void;
}

/** Opens a session and a WebSocket, says hello and enters a room. */
export async function enter(url: string, name: string, room: string, origin: string = url): Promise<Person> {
  const response = await fetch(`${url}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json", origin },
    body: JSON.stringify({ name }),
  });
  if (!response.ok) throw new Error(`no session: ${response.status} ${await response.text()}`);
  const { token } = (await response.json()) as { token: string };
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, subprotocol, { origin });
  const person = createPerson(socket);
  await once(socket, "open");
  person.send({ type: "hello", token });
  await person.next("welcome");
  person.send({ type: "join", room });
  await person.next("joined");
  return person;
}

function createPerson(socket: WebSocket): Person {
  const frames: ServerFrame[] = [];
  const arrivals = new EventEmitter();
  socket.on("message", (data) => {
    frames.push(JSON.parse(String(data)));
    arrivals.emit("frame");
  });
  const closed = new Promise<number>((resolve) => {
    socket.once("close", resolve);
  });
  return {
    send: (frame) => socket.send(JSON.stringify(frame)),
    async next(...types) {
      for (;;) {
        const index = frames.findIndex(({ type }) => types.some((one) => one === type));
        // The find above compared the type.
        if (index >= 0) return frames.splice(index, 1)[0] as never;
        if (socket.readyState === WebSocket.CLOSED) throw new Error(`closed before ${types.join(" or ")} came`);
        await Promise.race([once(arrivals, "frame"), closed]);
      }
    },
    left: (type) => frames.filter((frame) => frame.type === type) as never,
    closed,
    close: () => socket.terminate(),
  };
}

/** One person says something, and gets the acknowledgement and the message. */
export async function roundTrip(url: string, origin: string = url): Promise<void> {
  const person = await enter(url, `Ada ${randomUUID().slice(0, 8)}`, "lobby", origin);
  try {
    const id = randomUUID();
    person.send({ type: "send", room: "lobby", id, text: "hello" });
    const ack = await person.next("ack");
    const message = await person.next("message");
    if (ack.id !== id || message.id !== id || message.seq !== ack.seq) throw new Error("another message came back");
  } finally {
    person.close();
  }
}
