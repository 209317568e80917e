import { rest } from "../protocol/rest.ts";
import { audited } from "./audit.ts";
import { endpoint } from "./endpoint.ts";

export const kick = endpoint(rest.kick, async ({ body: { user }, caller, log }, { store }) => {
  await audited({ caller, log }, { act: "kick", whom: user }, () => store.announce({ type: "kick", user }));
  return { user };
});
