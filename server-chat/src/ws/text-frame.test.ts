import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import * as ws from "ws";
import { pingFrame, textFrame } from "./text-frame.ts";

/** What `ws` itself writes for the same; its Sender is exported, but its types do not know it. */
async function sentByWs(send: (sender: Sender) => void): Promise<Buffer> {
  const stream = new PassThrough();
  send(new (ws as unknown as { readonly Sender: SenderClass }).Sender(stream, {}));
  stream.end();
  return Buffer.concat(await stream.toArray());
}
interface Sender {
  send(data: Buffer, options: object): void;
  ping(data: Buffer, mask: boolean): void;
}
type SenderClass = new (stream: PassThrough, extensions: object) => Sender;

// Frames go to the TCP socket past ws; a byte of difference would end every connection.
test.each([
  ["nothing", ""],
  ["the longest short form", "x".repeat(125)],
  ["the shortest 16-bit form", "x".repeat(126)],
  ["the longest 16-bit form", "x".repeat(65_535)],
  ["the shortest 64-bit form", "x".repeat(65_536)],
  ["characters of several bytes", "é".repeat(63)],
  ["emoji", "👋🏽".repeat(40)],
  // JSON.stringify escapes them, but a frame must be valid whatever it is made of.
  ["half a surrogate pair", "\ud83d"],
])("a frame of %s has ws's bytes", async (_what, text) => {
  const expected = await sentByWs((sender) =>
    sender.send(Buffer.from(text), { fin: true, binary: false, compress: false, mask: false }),
  );
  expect(textFrame(text)).toEqual(expected);
});

test("a ping has ws's bytes", async () => {
  expect(pingFrame).toEqual(await sentByWs((sender) => sender.ping(Buffer.alloc(0), false)));
});
