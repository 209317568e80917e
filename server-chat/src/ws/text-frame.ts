/**
 * One WebSocket text frame from a server: final, unmasked (RFC 6455, section 5.2). Made once and written to the sockets
 * of everybody who gets it, which `ws` has no call for.
 */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const headBytes = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(headBytes + length);
  frame[0] = 0x81;
  if (headBytes === 2) {
    frame[1] = length;
  } else if (headBytes === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  frame.write(text, headBytes);
  return frame;
}

/** A ping without a payload. */
export const pingFrame: Buffer = Buffer.from([0x89, 0]);
