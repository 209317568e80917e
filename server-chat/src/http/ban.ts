import type { Ban } from "../identity/identity.ts";
import { rest } from "../protocol/rest.ts";
import { audited } from "./audit.ts";
import { endpoint } from "./endpoint.ts";

export const ban = endpoint(rest.ban, async ({ body, caller, log }, { bans }) => {
  const { user, seconds, address, reason } = body;
  const act = { act: "ban", whom: user, seconds, address, reason } as const;
  const order = { user, durationMs: seconds * 1_000, address, by: caller.user, reason };
  return describeBan(await audited({ caller, log }, act, () => bans.ban(order)));
});

/** As moderators see it: not which addresses it covers, which are nobody's business. */
export const describeBan = ({ user, address, by, reason, remainingMs }: Ban) => ({
  user,
  address,
  by,
  reason,
  seconds: Math.ceil(remainingMs / 1_000),
});
