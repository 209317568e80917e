import { createUserId } from "../identity/user-id.ts";
import type { User } from "../protocol/frames.ts";
import { rest } from "../protocol/rest.ts";
import { foldName } from "../protocol/text.ts";
import { StoreError } from "../store/store.ts";
import { assertNotBanned } from "./caller.ts";
import { type EndpointParts, endpoint } from "./endpoint.ts";
import { RequestError } from "./errors.ts";

export const createSession = endpoint(rest.createSession, async ({ body, caller, address }, parts) => {
  const { tokens, bans, newNames } = parts;
  const user: User = { id: caller?.user.id ?? createUserId(), name: body.name };
  const role = caller?.role ?? "member";
  assertNotBanned(bans, { user, role }, address);
  // A renewed name costs no more than it did, a different one is kept from others too.
  if (caller === undefined || foldName(caller.user.name) !== foldName(user.name)) {
    const waitMs = newNames.take(address);
    if (waitMs > 0) throw new RequestError("rate_limited", { retryAfterMs: waitMs });
  }
  if (!(await claimName(user, caller === undefined, parts))) throw new RequestError("name_taken");
  // A moderator's right ends when whoever gave it said.
  const { token, expiresAt } = await tokens.sign(user, role, role === "moderator" ? caller?.expiresAt : undefined);
  return { token, user, expiresAt };
});

async function claimName(user: User, isNew: boolean, { names }: EndpointParts): Promise<boolean> {
  try {
    return await names.claim(user);
  } catch (error) {
    // The claim may stand, and whoever asks again comes as another new user: the name would be taken by nobody.
    if (isNew && error instanceof StoreError && error.outcome === "unknown") names.release(user);
    throw error;
  }
}
