import fc from "fast-check";
import { expect, test } from "vitest";
import { FrameReader, formatFrame, opcodes } from "./frames.ts";

/** What a server sends: no mask, the length in 7, 16 or 64 bits. */
function serverFrame(payload: Buffer): Buffer {
  const header = Buffer.alloc(payload.length < 126 ? 2 : payload.length <= 0xffff ? 4 : 10);
  header[0] = 0x81;
  header[1] = header.length === 2 ? payload.length : header.length === 4 ? 126 : 127;
  if (header.length === 4) header.writeUInt16BE(payload.length, 2);
  if (header.length === 10) header.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([header, payload]);
}

function readAll(chunks: readonly Buffer[]): Buffer[] {
  const payloads: Buffer[] = [];
  const reader = new FrameReader((_opcode, bytes, start, end) =>
    payloads.push(Buffer.from(bytes.subarray(start, end))),
  );
  for (const chunk of chunks) {
    // The caller's buffer is used again for the next read, as on a socket.
    const shared = Buffer.from(chunk);
    reader.read(shared);
    shared.fill(0xff);
  }
  return payloads;
}

// TCP keeps no boundaries: a delivery that is lost or invented because of where a read ended would void every figure.
test("frames are found wherever the reads cut them", () => {
  const payload = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.constantFrom(125, 126, 127, 0xffff, 0x10000).map((length) => new Uint8Array(length).fill(7)),
  );
  fc.assert(
    fc.property(fc.array(payload, { maxLength: 6 }), fc.array(fc.nat(), { maxLength: 8 }), (payloads, cuts) => {
      const stream = Buffer.concat(payloads.map((one) => serverFrame(Buffer.from(one))));
      const ends = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((a, b) => a - b);
      const chunks = ends.map((end, index) => stream.subarray(ends[index - 1] ?? 0, end));
      expect(readAll(chunks)).toEqual(payloads.map((one) => Buffer.from(one)));
    }),
  );
});

test("masked, fragmented and compressed frames of a server are refused", () => {
  expect(() => readAll([Buffer.from([0x81, 0x81, 0, 0, 0, 0, 65])])).toThrow("masked");
  expect(() => readAll([Buffer.from([0x01, 0x01, 65])])).toThrow("0x1");
  expect(() => readAll([Buffer.from([0xc1, 0x01, 65])])).toThrow("0xc1");
});

test("a client's frame is masked with zero and says its length", () => {
  expect(formatFrame(opcodes.text, "hi")).toEqual(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x68, 0x69]));
  expect(formatFrame(opcodes.text, "x".repeat(126)).subarray(0, 8)).toEqual(
    Buffer.from([0x81, 0xfe, 0, 126, 0, 0, 0, 0]),
  );
  expect(() => formatFrame(opcodes.text, "x".repeat(0x10000))).toThrow(RangeError);
});
