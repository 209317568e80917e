import { fibonacci as work } from "../load-demo/work.ts";
import { rest } from "../protocol/rest.ts";
import { endpoint } from "./endpoint.ts";

export const fibonacci = endpoint(rest.fibonacci, async ({ params: { n } }, { settings, loadDemos }) => ({
  serverId: settings.server.id,
  n,
  value: await loadDemos.run(work, n),
}));
