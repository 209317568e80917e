import { rest } from "../protocol/rest.ts";
import { describeBan } from "./ban.ts";
import { endpoint } from "./endpoint.ts";

export const listBans = endpoint(rest.listBans, async (_call, { bans }) => ({
  bans: (await bans.list()).map(describeBan),
}));
