import { rest } from "../protocol/rest.ts";
import { endpoint } from "./endpoint.ts";

export const serverId = endpoint(rest.serverId, async (_call, { settings }) => ({ serverId: settings.server.id }));
