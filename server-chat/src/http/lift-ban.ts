import { rest } from "../protocol/rest.ts";
import { audited } from "./audit.ts";
import { endpoint } from "./endpoint.ts";
import { RequestError } from "./errors.ts";

export const liftBan = endpoint(rest.liftBan, async ({ params: { user }, caller, log }, { bans }) => {
  const lifted = await audited({ caller, log }, { act: "lift-ban", whom: user }, () => bans.lift(user));
  if (!lifted) throw new RequestError("not_found");
  return { user };
});
