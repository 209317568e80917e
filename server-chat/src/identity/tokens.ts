import { createHmac, timingSafeEqual } from "node:crypto";
import { SignJWT } from "jose";
import { z } from "zod";
import type { Claims, Role, SignedToken, Tokens } from "./identity.ts";
import { headerOf, type Keys } from "./keys.ts";

/** Nodes' clocks differ by this much without anybody noticing. */
export const leewayMs = 60_000;

/**
 * A token from a node whose clock is hours ahead is still one of ours, and refusing it would lock its user out of the
 * nodes whose clocks are right. One from further ahead was made by a clock that is broken, and could be valid for years.
 */
export const farthestFutureMs = 24 * 3_600_000;

const longestToken = 2_048;

const roles = ["member", "moderator"] as const satisfies readonly Role[];

/** Claims that a later version adds are ignored, because both versions run during a roll-out. */
const claimsSchema = z.object({
  sub: z.string().min(1),
  name: z.string().min(1),
  role: z.enum(roles),
  iat: z.int(),
  exp: z.int(),
});

/** @param now the wall clock, in ms since 1970 */
export function createTokens(parts: {
  readonly keys: Keys;
  readonly lifetimeMs: number;
  readonly now: () => number;
}): Tokens {
  const { keys, lifetimeMs, now } = parts;
  return {
    async sign(user, role, expiresAt = now() + lifetimeMs): Promise<SignedToken> {
      const { kid, secret } = keys.signing();
      const seconds = Math.floor(expiresAt / 1_000);
      const token = await new SignJWT({ name: user.name, role })
        .setProtectedHeader(headerOf(kid))
        .setSubject(user.id)
        .setIssuedAt(Math.floor(now() / 1_000))
        .setExpirationTime(seconds)
        .sign(secret);
      return { token, expiresAt: seconds * 1_000 };
    },
    /**
     * Without jose, whose asynchronous verification costs about 100 us of CPU a token: when thousands come back at once, that
     * is most of what a handshake costs. It accepts a part of what jose accepts, and a test compares the two.
     */
    verify(token, nowMs) {
      if (token.length > longestToken) return undefined;
      const [header = "", payload = "", signature = "", more] = token.split(".", 4);
      const key = keys.withHeader(header);
      if (key === undefined || more !== undefined) return undefined;
      const expected = createHmac("sha256", key.secret).update(`${header}.${payload}`).digest("base64url");
      return isEqual(signature, expected) ? parseClaims(payload, nowMs) : undefined;
    },
  };
}

function isEqual(given: string, expected: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(expected)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Of a payload whose signature was right. */
function parseClaims(payload: string, nowMs: number): Claims | undefined {
  const read = claimsSchema.safeParse(parseJson(payload));
  if (!read.success) return undefined;
  const { sub, name, role, iat, exp } = read.data;
  const expiresAt = exp * 1_000;
  if (expiresAt + leewayMs <= nowMs || iat * 1_000 > nowMs + farthestFutureMs) return undefined;
  return { user: { id: sub, name }, role, expiresAt };
}

function parseJson(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}
