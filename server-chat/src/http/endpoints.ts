import type { RestName } from "../protocol/rest.ts";
import { ban } from "./ban.ts";
import { cpu } from "./cpu.ts";
import { createSession } from "./create-session.ts";
import { deleteMessage } from "./delete-message.ts";
import type { Endpoint } from "./endpoint.ts";
import { fibonacci } from "./fibonacci.ts";
import { info } from "./info.ts";
import { kick } from "./kick.ts";
import { liftBan } from "./lift-ban.ts";
import { listBans } from "./list-bans.ts";
import { ram } from "./ram.ts";
import { readMessages } from "./read-messages.ts";
import { readPresence } from "./read-presence.ts";
import { serverId } from "./server-id.ts";

/** What each route of the protocol does. */
export const endpoints: Readonly<Record<RestName, Endpoint>> = {
  createSession,
  readMessages,
  readPresence,
  deleteMessage,
  kick,
  ban,
  listBans,
  liftBan,
  info,
  serverId,
  fibonacci,
  cpu,
  ram,
};
