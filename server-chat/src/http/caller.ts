import type { IncomingHttpHeaders } from "node:http";
import type { Bans, Claims, Tokens } from "../identity/identity.ts";
import type { Access } from "../protocol/rest.ts";
import { RequestError } from "./errors.ts";

/** Finds out who asks, and whether they may. @throws RequestError */
export function identify(
  access: Access,
  { authorization }: IncomingHttpHeaders,
  { tokens, bans, now, address }: { tokens: Tokens; bans: Bans; now: () => number; address: string },
): Claims | undefined {
  const [, token] = /^Bearer +(\S+)$/i.exec(authorization ?? "") ?? [];
  const claims = token === undefined ? undefined : tokens.verify(token, now());
  if (access === "anybody") return claims;
  if (claims === undefined) throw new RequestError("unauthorized");
  assertNotBanned(bans, claims, address);
  if (access === "moderator" && claims.role !== "moderator") throw new RequestError("forbidden");
  return claims;
}

/** @throws RequestError */
export function assertNotBanned(bans: Bans, { user, role }: Pick<Claims, "user" | "role">, address: string): void {
  const ban = bans.has(user.id, role === "moderator" ? undefined : address);
  if (ban !== undefined) throw new RequestError("banned");
}
