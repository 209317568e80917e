import { expect, test } from "vitest";
import { afterClose, closeCodes } from "./close-codes.ts";

const codes = Object.values(closeCodes);

test("no two reasons share a code", () => {
  expect(new Set(codes.map(({ code }) => code)).size).toBe(codes.length);
});

// A client of an earlier version meets codes it does not know, and has only the range to go by.
test("the range says the duty: connect again below 4500, stop from there on", () => {
  const own = codes.filter(({ code }) => code >= 4000);
  expect(own.length).toBeGreaterThan(5);
  for (const { code, duty } of own) expect([code, duty]).toEqual([code, code < 4500 ? "reconnect" : "stop"]);
});

// RFC 6455, 5.5.1 and 7.4: a control frame has 125 bytes, two of them the code; 1004-1006 and 1015 are never sent.
test("every code and reason can be sent", () => {
  for (const { code, reason } of codes) {
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
    expect(
      [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].includes(code) || code >= 4000,
    ).toBe(true);
    expect(code).toBeLessThan(5000);
  }
});

test.each(codes)("after $code a client does what the table says", ({ code, duty }) => {
  expect(afterClose(code)).toBe(duty);
});

test.each([
  [1001, "the page or the proxy goes away"],
  [1005, "a close frame without a code"],
  [1006, "the connection broke"],
  [1011, "the server failed"],
  [1013, "try again later"],
  [1014, "a bad gateway in between"],
  [4000, "a code of a later version, in the range for it"],
  [4499, "the same, at its end"],
])("after %i a client connects again: %s", (code) => {
  expect(afterClose(code)).toBe("reconnect");
});

test.each([1003, 1010, 3000, 4505, 4999])("after %i, which another attempt cannot help, it stops", (code) => {
  expect(afterClose(code)).toBe("stop");
});
