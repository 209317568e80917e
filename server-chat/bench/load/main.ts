import type { CommandName, Commands } from "./commands.ts";
import { Crowd } from "./crowd.ts";
import { runFlow } from "./flow.ts";
import { runJitter } from "./jitter/run-jitter.ts";

// The load process: all clients of a run, those that send and those that read, so that one clock times both.

let crowd: Crowd | undefined;

function currentCrowd(): Crowd {
  if (crowd === undefined) throw new Error("prepare comes first");
  return crowd;
}

const commands: { readonly [N in CommandName]: (takes: Commands[N]["takes"]) => Promise<Commands[N]["gives"]> } = {
  prepare: async (target) => {
    crowd = new Crowd(target);
    return undefined;
  },
  open: (plan) => currentCrowd().open(plan),
  flow: (plan) => runFlow(currentCrowd(), plan),
  jitter: (plan) => runJitter(currentCrowd(), plan),
  close: async () => {
    await currentCrowd().close();
    return undefined;
  },
};

process.on("message", async ({ name, takes }: { name: CommandName; takes: never }) => {
  try {
    process.send?.({ gives: await commands[name](takes) });
  } catch (error) {
    process.send?.({ error: (error as Error).stack });
  }
});
// Whoever started this process is gone: no load without a listener.
process.on("disconnect", () => process.exit());
