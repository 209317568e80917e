import fc from "fast-check";
import { expect, test } from "vitest";
import { startHttpApp } from "../../test/http-app.ts";
import { environmentSchema } from "../contract.ts";
import { createAddressReader } from "./address.ts";

const read = (
  remoteAddress: string | undefined,
  forwarded?: string | string[],
  trusted = ["10.0.0.0/8", "192.168.1.1/32", "2001:db8:42::/56"],
) =>
  createAddressReader(trusted)({
    headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded as string },
    socket: { remoteAddress },
  });

test.each([
  ["nobody in between", "203.0.113.7", undefined, "203.0.113.7"],
  ["one proxy of ours", "10.1.2.3", "203.0.113.7", "203.0.113.7"],
  ["two proxies of ours", "10.1.2.3", "203.0.113.7, 192.168.1.1", "203.0.113.7"],
  ["a proxy of ours that has IPv6", "2001:db8:42:ff::1", "203.0.113.7, 10.1.2.3", "203.0.113.7"],
  ["a neighbour of its network", "2001:db8:42:100::1", "203.0.113.7", "2001:db8:42:100::/64"],
  ["a socket for both families", "::ffff:10.1.2.3", "203.0.113.7", "203.0.113.7"],
  ["the same in hexadecimal", "::ffff:0a01:0203", "::ffff:cb00:7107", "203.0.113.7"],
  ["a client that claims more hops", "10.1.2.3", "127.0.0.1, 10.9.9.9, 203.0.113.7", "203.0.113.7"],
  ["a client that does not come by our proxy", "203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["a client that poses as our proxy", "203.0.113.7", "10.1.2.3", "203.0.113.7"],
  ["an address outside the network by one bit", "11.0.0.0", "198.51.100.1", "11.0.0.0"],
  ["a header that is no address", "10.1.2.3", "unknown", "10.1.2.3"],
  ["what stands left of what is no address", "10.1.2.3", "198.51.100.1, x", "10.1.2.3"],
  ["an empty header", "10.1.2.3", "", "10.1.2.3"],
  ["nothing but proxies of ours", "10.1.2.3", "10.9.9.9", "10.9.9.9"],
  ["IPv6, by the network of one customer", "2001:db8:1:2:3:4:5:6", undefined, "2001:db8:1:2::/64"],
  ["IPv6 in short form", "2001:db8::1", undefined, "2001:db8:0:0::/64"],
  ["the IPv6 loopback", "::1", undefined, "0:0:0:0::/64"],
  ["an interface's own address", "fe80::1%eth0", undefined, "fe80:0:0:0::/64"],
  ["a socket that is closed already", undefined, "203.0.113.7", "unknown"],
])("finds the address with %s", (_what, remoteAddress, forwarded, expected) => {
  expect(read(remoteAddress, forwarded)).toBe(expected);
});

// One that only fails at the first request would be found by people.
test("every network that the environment may name is one that can be looked in", () => {
  const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
  const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));
  fc.assert(
    fc.property(fc.oneof(v4, v6), ([address, bits]) => {
      const networks = environmentSchema.shape.TRUSTED_PROXIES.parse(`${address}/${bits}`);
      expect(read(address, "203.0.113.7", networks)).toBe("203.0.113.7");
    }),
  );
});

// One customer has 2^64 addresses, and could take a fresh one for each request.
test("all addresses of an IPv6 network of 64 bits are one, and those of the next network another", () => {
  const tail = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 4, maxLength: 4 });
  const address = (network: string, groups: readonly number[]) =>
    `${network}:${groups.map((group) => group.toString(16)).join(":")}`;
  fc.assert(
    fc.property(tail, tail, (one, other) => {
      expect(read(address("2001:db8:0:7", one))).toBe(read(address("2001:db8:0:7", other)));
      expect(read(address("2001:db8:0:7", one))).not.toBe(read(address("2001:db8:0:8", other)));
    }),
  );
});

test("whatever the header says, the answer is the address of somebody, never a piece of the header", () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      expect(read("10.1.2.3", header)).toMatch(/^(\d+\.){3}\d+$|^([0-9a-f]+:){4}:\/64$/);
    }),
  );
});

// Otherwise whoever sends another header with each request has no limit at all.
test("a client outside the trusted networks has one limit whatever it claims", async () => {
  const app = await startHttpApp({ rates: { requests: { burst: 1, perSecond: 0.001 } } });
  const ask = (claimed: string) => app.ask("GET", "/api/info", { headers: { "x-forwarded-for": claimed } });
  expect((await ask("198.51.100.1")).status).toBe(200);
  expect((await ask("198.51.100.2")).status).toBe(429);
});

test("behind a trusted proxy each client has a limit of its own", async () => {
  const app = await startHttpApp({
    rates: { requests: { burst: 1, perSecond: 0.001 } },
    settings: { trustedProxies: ["127.0.0.0/8"] },
  });
  const ask = (forwarded: string) => app.ask("GET", "/api/info", { headers: { "x-forwarded-for": forwarded } });
  expect((await ask("198.51.100.1")).status).toBe(200);
  expect((await ask("198.51.100.2")).status).toBe(200);
  expect((await ask("203.0.113.9, 198.51.100.1")).status).toBe(429);
});
