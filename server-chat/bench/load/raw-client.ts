import { connect, type Socket } from "node:net";
import type { Conversation, Dialect, Member } from "./dialect.ts";
import { FrameReader, formatFrame, opcodes } from "./frames.ts";

/** The example of RFC 6455, section 1.3: the server proves that it speaks WebSocket by the fixed answer. */
const handshake = { key: "dGhlIHNhbXBsZSBub25jZQ==", accept: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" };

/** All clients read into one buffer, one after the other, so that reading allocates nothing. */
const sharedBuffer = Buffer.allocUnsafeSlow(256 * 1024);

export interface RawClientEvents {
  /** Before the frames of a read. */
  read(): void;
  opened(): void;
  /** The connection failed, ended or was refused something; at most once a connection. */
  failed(reason: string): void;
  message(number: number, seq: number | undefined): void;
  acknowledged(number: number): void;
}

export interface RawClientOptions {
  readonly port: number;
  /** One of this machine's own: each has ports of its own. */
  readonly localAddress: string;
  readonly dialect: Dialect;
  readonly member: Member;
  readonly events: RawClientEvents;
}

/** A WebSocket client that is as cheap as it can be: the load process must have time left when the server has none. */
export class RawClient implements Conversation {
  readonly member: Member;
  readonly #socket: Socket;
  readonly #events: RawClientEvents;
  readonly #dialect: Dialect;
  readonly #reader = new FrameReader((opcode, bytes, start, end) => this.#frame(opcode, bytes, start, end));
  #response: string | undefined = "";
  #over = false;

  constructor({ port, localAddress, dialect, member, events }: RawClientOptions) {
    this.member = member;
    this.#events = events;
    this.#dialect = dialect;
    this.#socket = connect({
      host: "127.0.0.1",
      port,
      localAddress,
      noDelay: true,
      onread: { buffer: sharedBuffer, callback: (length) => this.#read(sharedBuffer.subarray(0, length)) },
    });
    this.#socket.write(formatUpgrade(dialect, port));
    this.#socket.on("error", (error) => this.#fail(error.message));
    this.#socket.on("close", () => this.#fail("the server closed the connection"));
  }

  /** Ends without a farewell, and frees the port at once. */
  destroy(): void {
    this.#over = true;
    this.#socket.resetAndDestroy();
  }

  send(text: string): void {
    this.#socket.write(formatFrame(opcodes.text, text));
  }

  sendMessage(number: number): void {
    this.send(this.#dialect.formatMessage(this.member, number));
  }

  opened(): void {
    this.#events.opened();
  }

  message(number: number, seq: number | undefined): void {
    this.#events.message(number, seq);
  }

  acknowledged(number: number): void {
    this.#events.acknowledged(number);
  }

  refused(what: string): void {
    this.#fail(`refused: ${what}`);
  }

  #read(chunk: Buffer): boolean {
    this.#events.read();
    try {
      if (this.#response === undefined) this.#reader.read(chunk);
      else this.#readResponse(chunk);
    } catch (error) {
      this.#fail((error as Error).message);
      this.destroy();
    }
    return true;
  }

  #readResponse(chunk: Buffer): void {
    this.#response += chunk.toString("latin1");
    const end = this.#response?.indexOf("\r\n\r\n") ?? -1;
    if (this.#response === undefined || end === -1) return;
    const head = this.#response.slice(0, end);
    if (!head.startsWith("HTTP/1.1 101 ") || !head.includes(handshake.accept)) throw new Error(`no upgrade: ${head}`);
    const frames = Buffer.from(this.#response.slice(end + 4), "latin1");
    this.#response = undefined;
    this.#dialect.begin(this);
    this.#reader.read(frames);
  }

  #frame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === opcodes.text) this.#dialect.receive(this, bytes, start, end);
    else if (opcode === opcodes.ping) {
      this.#socket.write(formatFrame(opcodes.pong, Buffer.from(bytes.subarray(start, end))));
    } else if (opcode === opcodes.close) {
      this.#fail(`closed with ${bytes.readUInt16BE(start)} ${bytes.toString("utf8", start + 2, end)}`);
    }
  }

  #fail(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.failed(reason);
  }
}

function formatUpgrade({ path, subprotocol }: Dialect, port: number): string {
  return [
    `GET ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    // One of the origins that the server under test allows.
    `Origin: http://127.0.0.1:${port}`,
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${handshake.key}`,
    ...(subprotocol === undefined ? [] : [`Sec-WebSocket-Protocol: ${subprotocol}`]),
    "\r\n",
  ].join("\r\n");
}
