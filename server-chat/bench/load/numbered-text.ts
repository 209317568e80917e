/**
 * Characters of each message, on both sides: with them Socket.IO's frame for a delivery has 190 bytes. Ours is longer,
 * as it carries the room, the number, the id and the user.
 */
export const textLength = 93;

const digits = 8;
const mark = "#".charCodeAt(0);

/** A message's text that carries its number: `#00000042#` and filling. */
export function formatNumberedText(number: number): string {
  return `#${String(number).padStart(digits, "0")}#`.padEnd(textLength, " a word of a message");
}

/** @throws Error for a text that carries none */
export function readNumberedText(text: string): number {
  const number = Number(/^#(\d+)#/.exec(text)?.[1]);
  if (Number.isNaN(number)) throw new Error(`a message without a number: ${text}`);
  return number;
}

/** Finds the number in a frame without parsing it. Frames of one server are alike, so it looks where it last was. */
export class NumberFinder {
  #offset = 0;

  /** @throws Error when the frame has no number */
  find(bytes: Buffer, start: number, end: number): number {
    if (bytes[start + this.#offset] !== mark) {
      const at = bytes.indexOf(mark, start);
      if (at === -1 || at >= end) throw new Error(`a message without a number: ${bytes.toString("utf8", start, end)}`);
      this.#offset = at - start;
    }
    const from = start + this.#offset + 1;
    const number = readDigits(bytes, from, from + digits);
    if (bytes[from + digits] !== mark) throw new Error(`a damaged number: ${bytes.toString("utf8", start, end)}`);
    return number;
  }
}

/** The number that begins at `from`, up to `end` or to what is no digit. */
export function readDigits(bytes: Buffer, from: number, end: number): number {
  let number = 0;
  for (let at = from; at < end; at++) {
    const digit = (bytes[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  return number;
}
