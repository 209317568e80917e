import { parseArgs } from "node:util";
import { type ExitCode, exitCode, UserError } from "../config/user-error.ts";
import type { Command, CommandContext } from "./command.ts";
import { formatCommandHelp, formatHelp } from "./help.ts";

/** Loaded one at a time: a synthesis must not pay for the start of the other commands. */
const commands: Readonly<Record<string, () => Promise<{ default: Command }>>> = {
  synth: () => import("./commands/synth.ts"),
  check: () => import("./commands/check.ts"),
  import: () => import("./commands/import.ts"),
  e2e: () => import("./commands/e2e.ts"),
  bench: () => import("./commands/bench.ts"),
  bump: () => import("./commands/bump.ts"),
  changelog: () => import("./commands/changelog.ts"),
  hooks: () => import("./commands/hooks.ts"),
  diff: () => import("./commands/diff.ts"),
};

export type Outside = Omit<CommandContext, "options" | "operand">;

/**
 * Runs one command line and returns its exit code: the one place that decides exit codes and prints errors.
 * Without arguments it synthesises, so that `npx cdk8s synth` (app: node main.ts) works.
 */
export async function run(argv: readonly string[], outside: Outside): Promise<ExitCode> {
  try {
    const [name = "synth", ...rest] = argv;
    if (name === "--help" || name === "-h" || name === "help") {
      const all = await Promise.all(Object.values(commands).map(async (load) => (await load()).default));
      outside.stdout(formatHelp(all));
      return exitCode.ok;
    }
    const load = commands[name];
    if (!load) {
      throw new UserError(`There is no command "${name}".`, {
        remedy: `Commands: ${Object.keys(commands).join(", ")}. See --help.`,
      });
    }
    const { default: command } = await load();
    const { options, operand } = parseWords(command, rest);
    if (options.help === true) {
      outside.stdout(formatCommandHelp(command));
      return exitCode.ok;
    }
    return await command.run({ ...outside, options, operand });
  } catch (error) {
    if (outside.signal.aborted) {
      outside.stderr("Interrupted; nothing in the checkout was changed.\n");
      return exitCode.interrupted;
    }
    if (error instanceof UserError) {
      outside.stderr(`${error.message}\n${error.remedy}\n`);
      return error.exitCode;
    }
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    outside.stderr(`This is a bug of this project, not of your input:\n${text}\n`);
    return exitCode.bug;
  }
}

function parseWords(command: Command, args: readonly string[]): Pick<CommandContext, "options" | "operand"> {
  const known = { ...command.options, help: { type: "boolean", help: "" } } as const;
  try {
    const options = Object.fromEntries(
      Object.entries(known).map(([name, option]) => [
        name,
        { type: option.type, multiple: "multiple" in option && option.multiple === true },
      ]),
    );
    const allowPositionals = command.operand !== undefined;
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals });
    const [operand, extra] = positionals;
    if (extra !== undefined) throw new Error(`Unexpected argument '${extra}'`);
    return { options: values as CommandContext["options"], operand };
  } catch (error) {
    const found = error instanceof Error ? error.message.split(". ")[0] : String(error);
    throw new UserError(`${command.name}: ${found}.`, { remedy: formatCommandHelp(command).trimEnd() });
  }
}
