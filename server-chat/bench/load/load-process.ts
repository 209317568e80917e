import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { CommandName, Commands } from "./commands.ts";

const program = join(import.meta.dirname, "main.ts");

export interface LoadProcess {
  /** One command at a time. */
  run<N extends CommandName>(name: N, takes: Commands[N]["takes"]): Promise<Commands[N]["gives"]>;
  stop(): Promise<void>;
}

/** Starts the process that plays all clients. */
export function startLoad(signal: AbortSignal): LoadProcess {
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // Plain JSON has no NaN, which is what a percentile of no samples is.
    serialization: "advanced",
  });
  const exited = once(child, "exit");
  return {
    async run(name, takes) {
      child.send({ name, takes });
      const [answer] = await Promise.race([
        once(child, "message", { signal }),
        exited.then(([code, killed]) => {
          throw new Error(`the load process ended with ${code ?? killed}`);
        }),
      ]);
      if (answer.error !== undefined) throw new Error(`the load process failed: ${answer.error}`);
      return answer.gives;
    },
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
