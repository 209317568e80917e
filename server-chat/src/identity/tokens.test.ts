import { createHmac, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import fc from "fast-check";
import { type JWTHeaderParameters, jwtVerify, SignJWT } from "jose";
import { expect, test } from "vitest";
import type { Claims } from "./identity.ts";
import { type Keys, parseKeys, type SigningKey } from "./keys.ts";
import { createTokens, farthestFutureMs, leewayMs } from "./tokens.ts";

const nowMs = 1_800_000_000_000;
const lifetimeMs = 24 * 3_600_000;
const user = { id: "AAAAAAAAAAAAAAAA", name: "Ada" };

const createKey = (kid: string): SigningKey => {
  const [key] = parseKeys(
    JSON.stringify({ keys: [{ kty: "oct", kid, k: randomBytes(32).toString("base64url"), alg: "HS256" }] }),
  );
  return key ?? expect.fail("one key");
};
const [known, foreign] = [createKey("known"), createKey("known")];
const keys: Keys = {
  signing: () => known,
  withHeader: (header) => (header === known.header ? known : undefined),
  missing: () => undefined,
};
const tokens = createTokens({ keys, lifetimeMs, now: () => nowMs });

/** What jose says about a token, with the rules that we state. */
async function askJose(token: string, atMs: number): Promise<Claims | undefined> {
  try {
    const { payload } = await jwtVerify(token, known.secret, {
      algorithms: ["HS256"],
      currentDate: new Date(atMs),
      clockTolerance: leewayMs / 1_000,
      requiredClaims: ["sub", "exp", "iat"],
    });
    const { sub, name, role, exp } = payload as { sub: string; name: string; role: Claims["role"]; exp: number };
    return { user: { id: sub, name }, role, expiresAt: exp * 1_000 };
  } catch {
    return undefined;
  }
}

const sign = (secret: KeyObject | Uint8Array, claims: object, header: JWTHeaderParameters) =>
  new SignJWT({ sub: user.id, name: "Ada", role: "member", iat: nowMs / 1_000, exp: nowMs / 1_000 + 60, ...claims })
    .setProtectedHeader(header)
    .sign(secret);
const header = { alg: "HS256", kid: "known", typ: "JWT" } as const;

test("a token says who and what, until when, and jose reads the same", async () => {
  const { token, expiresAt } = await tokens.sign(user, "moderator");
  const claims = { user, role: "moderator", expiresAt };
  expect(expiresAt).toBe(nowMs + lifetimeMs);
  expect(tokens.verify(token, nowMs)).toEqual(claims);
  expect(await askJose(token, nowMs)).toEqual(claims);
});

// Ours was written for speed. Whatever it accepts, a library that many have looked at must accept too.
test("agrees with jose about every token that is ours, unchanged or not, now or later", async () => {
  const { token } = await tokens.sign(user, "member");
  const anyChange = fc.oneof(
    fc.constant(token),
    fc.nat(token.length).map((end) => token.slice(0, end)),
    fc
      .tuple(fc.nat(token.length - 1), fc.constantFrom(..."ABCxyz019-_.=+/ \u00e9"))
      .map(([at, by]) => `${token.slice(0, at)}${by}${token.slice(at + 1)}`),
    fc.tuple(fc.nat(token.length), fc.string()).map(([at, more]) => `${token.slice(0, at)}${more}${token.slice(at)}`),
    fc.string().map((text) => `${token}${text}`),
    fc.jsonValue().map((value) => replacePart(token, 0, value)),
    fc.jsonValue().map((value) => replacePart(token, 1, value)),
  );
  const anyTime = fc.integer({ min: nowMs, max: nowMs + lifetimeMs + 2 * leewayMs });
  await fc.assert(
    fc.asyncProperty(anyChange, anyTime, async (changed, atMs) => {
      const [ours, theirs] = [tokens.verify(changed, atMs), await askJose(changed, atMs)];
      if (ours !== undefined) expect(theirs).toEqual(ours);
      // jose also takes a signature that is written another way, with bits that mean nothing or with line breaks.
      if (theirs !== undefined && isCanonical(changed)) expect(ours).toEqual(theirs);
    }),
    { numRuns: 1_000 },
  );
});

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const isCanonical = (token: string) =>
  token.split(".").every((part) => Buffer.from(part, "base64url").toString("base64url") === part);

function replacePart(token: string, index: number, value: unknown): string {
  const parts = token.split(".");
  parts[index] = encode(value);
  return parts.join(".");
}

test.each<[string, () => Promise<string> | string]>([
  ["signed by another key of the same name", () => sign(foreign.secret, {}, header)],
  ["signed by ours under another name", () => sign(known.secret, {}, { ...header, kid: "other" })],
  ["without a key's name", () => sign(known.secret, {}, { alg: "HS256", typ: "JWT" })],
  ["signed with a longer digest", () => sign(new Uint8Array(64).fill(7), {}, { ...header, alg: "HS512" })],
  ["of algorithm none", async () => replacePart(`${(await tokens.sign(user, "member")).token}`, 0, { alg: "none" })],
  ["of algorithm none and without signature", () => `${encode({ alg: "none" })}.${encode({ sub: user.id })}.`],
  [
    "signed by a key pair",
    () => sign(generateKeyPairSync("rsa", { modulusLength: 2_048 }).privateKey, {}, { ...header, alg: "RS256" }),
  ],
  ["with an extension that we do not know", () => signByHand({ ...header, crit: ["b64"], b64: true })],
  ["of a role that there is not", () => sign(known.secret, { role: "admin" }, header)],
  ["without an end", () => sign(known.secret, { exp: undefined }, header)],
  ["without a beginning", () => sign(known.secret, { iat: undefined }, header)],
  ["without a user", () => sign(known.secret, { sub: undefined }, header)],
  ["whose end is a text", () => signByHand(header, { exp: "2100" })],
  ["of a payload that is no JSON", () => signText(known.header, "hello")],
  ["above the longest", () => sign(known.secret, { name: "x".repeat(3_000) }, header)],
  ["empty", () => ""],
  ["of dots", () => "..."],
  ["of half a character", () => `${known.header}.\ud800.\ud800`],
])("a token %s is refused", async (_what, make) => {
  expect(tokens.verify(await make(), nowMs)).toBeUndefined();
});

const signText = (head: string, text: string) => {
  const payload = Buffer.from(text).toString("base64url");
  const signature = createHmac("sha256", known.secret).update(`${head}.${payload}`).digest("base64url");
  return `${head}.${payload}.${signature}`;
};
const signByHand = (head: object, claims: object = {}) =>
  signText(encode(head), JSON.stringify({ sub: user.id, name: "Ada", role: "member", iat: 1, exp: nowMs, ...claims }));

test("ends at its time, give or take what clocks differ by", async () => {
  const { token, expiresAt } = await tokens.sign(user, "member");
  expect(tokens.verify(token, expiresAt + leewayMs - 1)).toBeDefined();
  expect(tokens.verify(token, expiresAt + leewayMs)).toBeUndefined();
});

// One node's clock jumps; its tokens stay good on the others, and theirs on it.
test("a token from a clock that is hours ahead is taken, one from further ahead is not", async () => {
  const { token } = await tokens.sign(user, "member");
  expect(tokens.verify(token, nowMs - 3 * 3_600_000)).toBeDefined();
  expect(tokens.verify(token, nowMs - farthestFutureMs)).toBeDefined();
  expect(tokens.verify(token, nowMs - farthestFutureMs - 1)).toBeUndefined();
});

// Both versions run during a roll-out.
test("a claim that a later version adds does not matter", async () => {
  const token = await sign(known.secret, { rooms: ["lobby"] }, header);
  expect(tokens.verify(token, nowMs)).toMatchObject({ user, role: "member" });
});
