import { busy } from "../load-demo/work.ts";
import { rest } from "../protocol/rest.ts";
import { endpoint } from "./endpoint.ts";

const forMs = 1_000;

export const cpu = endpoint(rest.cpu, async (_call, { settings, loadDemos }) => ({
  serverId: settings.server.id,
  busyMs: Math.round(await loadDemos.run(busy, forMs)),
}));
