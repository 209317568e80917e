/** RFC 6455, as much of it as a client needs that reads many frames and never sends a large one. */
export const opcodes = { text: 1, close: 8, ping: 9, pong: 10 } as const;

/**
 * A client's frame. The masking key is zero, which leaves the payload as it is and saves the load process the work; the
 * server unmasks it like any other.
 */
export function formatFrame(opcode: number, payload: string | Buffer): Buffer {
  const body = typeof payload === "string" ? Buffer.from(payload) : payload;
  const short = body.length < 126;
  if (body.length > 0xffff) throw new RangeError(`a client frame of ${body.length} bytes`);
  const frame = Buffer.alloc((short ? 6 : 8) + body.length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (short ? body.length : 126);
  if (!short) frame.writeUInt16BE(body.length, 2);
  body.copy(frame, short ? 6 : 8);
  return frame;
}

/** Gets each whole frame: the payload is `bytes` from `start` to before `end`, valid until the call returns. */
export type FrameSink = (opcode: number, bytes: Buffer, start: number, end: number) => void;

/**
 * Finds the frames in what a server sends, wherever the reads cut them.
 *
 * @throws Error for what no server of either side may send: masked, fragmented or compressed frames
 */
export class FrameReader {
  #rest: Buffer | undefined;
  readonly #sink: FrameSink;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** `chunk` may be used again by the caller afterwards. */
  read(chunk: Buffer): void {
    const bytes = this.#rest === undefined ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (true) {
      const start = at + headerBytes(bytes, at);
      const end = start + payloadBytes(bytes, at);
      // Not a number when the header itself is cut.
      if (!(end <= bytes.length)) break;
      const first = bytes[at] as number;
      if ((first & 0xf0) !== 0x80) throw new Error(`a frame that begins with 0x${first.toString(16)}`);
      at = end;
      this.#sink(first & 0x0f, bytes, start, end);
    }
    this.#rest = at === bytes.length ? undefined : Buffer.from(bytes.subarray(at));
  }
}

function headerBytes(bytes: Buffer, at: number): number {
  const second = bytes[at + 1] ?? Number.NaN;
  if (second >= 0x80) throw new Error("a masked frame from the server");
  return second < 126 ? 2 : second === 126 ? 4 : second === 127 ? 10 : Number.NaN;
}

function payloadBytes(bytes: Buffer, at: number): number {
  const second = bytes[at + 1] ?? Number.NaN;
  if (second < 126) return second;
  if (second === 126) return at + 4 <= bytes.length ? bytes.readUInt16BE(at + 2) : Number.NaN;
  return at + 10 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 2)) : Number.NaN;
}
