import { join } from "node:path";
import { type ExitCode, UserError } from "../../config/user-error.ts";
import { runGroup } from "../../io/run-group.ts";
import type { Command } from "../command.ts";

const parts: readonly unknown[] = ["startup", "growth", "diff"];

const bench: Command = {
  name: "bench",
  summary:
    "Measures a synthesis beside the stock cdk8s tool chain, its growth, and diff beside git and dyff. Leaves dist/ alone.",
  options: {
    only: {
      type: "string",
      value: "startup|growth|diff",
      help: "measure this part; growth needs no network, diff needs Go",
    },
    json: { type: "boolean", help: "print every measurement as one JSON object" },
  },
  async run({ root, options, variables, signal }) {
    const { only, json } = options;
    if (only !== undefined && !parts.includes(only)) {
      throw new UserError(`--only is "${String(only)}".`, { remedy: `Give one of: ${parts.join(", ")}.` });
    }
    const args = [...(only === undefined ? [] : [`--only=${String(only)}`]), ...(json === true ? ["--json"] : [])];
    // A group of its own: an interruption also ends what is being measured, and waits until the copies are removed.
    const code = await runGroup(process.execPath, [join(root, "bench", "main.ts"), ...args], {
      cwd: root,
      variables,
      signal,
    });
    signal.throwIfAborted();
    return code as ExitCode;
  },
};

export default bench;
