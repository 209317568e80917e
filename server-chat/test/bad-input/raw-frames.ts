import { randomBytes } from "node:crypto";

/** Bytes of the WebSocket layer (RFC 6455, 5.2), also such as no library would write. */

export const opcodes = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface RawFrame {
  readonly opcode: number;
  readonly payload?: Uint8Array | string;
  readonly fin?: boolean;
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number;
  readonly masked?: boolean;
  /** Bits of the length field: 7, 16 or 64; the shortest that fits, if it is not said. */
  readonly lengthBits?: 7 | 16 | 64;
  /** What the length field says, if it is to differ from the payload's length. */
  readonly claimedLength?: bigint;
}

/** A frame as a client sends it. */
export function clientBytes({ opcode, fin = true, reserved = 0, masked = true, ...rest }: RawFrame): Buffer {
  const payload = Buffer.from(rest.payload ?? "");
  const length = rest.claimedLength ?? BigInt(payload.length);
  const bits = rest.lengthBits ?? (length < 126n ? 7 : length < 65_536n ? 16 : 64);
  const head = Buffer.alloc({ 7: 2, 16: 4, 64: 10 }[bits]);
  head[0] = (fin ? 0x80 : 0) | (reserved << 4) | opcode;
  head[1] = (masked ? 0x80 : 0) | { 7: Number(length & 127n), 16: 126, 64: 127 }[bits];
  if (bits === 16) head.writeUInt16BE(Number(length), 2);
  if (bits === 64) head.writeBigUInt64BE(length, 2);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = randomBytes(4);
  return Buffer.concat([head, mask, payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

export const text = (value: unknown): Buffer =>
  clientBytes({ opcode: opcodes.text, payload: typeof value === "string" ? value : JSON.stringify(value) });

export interface ReceivedFrame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Cuts whole frames of a server (never masked) off the front of what came. */
export function takeFrames(bytes: Buffer): { readonly frames: readonly ReceivedFrame[]; readonly rest: Buffer } {
  const frames: ReceivedFrame[] = [];
  let at = 0;
  for (;;) {
    const opcode = (bytes[at] ?? 0) & 0x0f;
    const short = (bytes[at + 1] ?? 0) & 0x7f;
    const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (bytes.length < at + headLength) break;
    const length =
      short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? Number(bytes.readBigUInt64BE(at + 2)) : short;
    const end = at + headLength + length;
    if (bytes.length < end) break;
    frames.push({ opcode, payload: bytes.subarray(at + headLength, end) });
    at = end;
  }
  return { frames, rest: bytes.subarray(at) };
}
