import { exitCode } from "../../config/user-error.ts";
import { installHook, removeHook } from "../../io/git-hook.ts";
import type { Command } from "../command.ts";

const hooks: Command = {
  name: "hooks",
  summary: "Installs a pre-commit hook in this clone that runs `npm run check`.",
  options: { remove: { type: "boolean", help: "take the hook out again" } },
  async run({ root, options, stdout, variables, signal }) {
    const path =
      options.remove === true ? await removeHook(root, variables, signal) : await installHook(root, variables, signal);
    stdout(
      options.remove === true ? `removed ${path}\n` : `installed ${path}; \`git commit --no-verify\` goes past it\n`,
    );
    return exitCode.ok;
  },
};

export default hooks;
