import { hold } from "../load-demo/work.ts";
import { rest } from "../protocol/rest.ts";
import { endpoint } from "./endpoint.ts";

const block = { bytes: 32 * 1024 * 1024, forMs: 1_000 };

export const ram = endpoint(rest.ram, async (_call, { settings, loadDemos }) => ({
  serverId: settings.server.id,
  heldBytes: await loadDemos.run(hold, block),
}));
