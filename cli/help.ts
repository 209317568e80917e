import type { Command, Option } from "./command.ts";

/** The overview of all commands. */
export function formatHelp(commands: readonly Command[]): string {
  return [
    "Renders the platform into dist/, after checks that refuse what would break the cluster.",
    "",
    "Use: npm run <command> -- [options]",
    "",
    ...table(commands.map(({ name, summary }) => [name, summary])),
    "",
    "Exit codes: 0 ok; 1 findings, or dist/ is stale; 2 usage, configuration or refused input;",
    "3 the outside world failed and nothing was changed; 70 a bug of ours; 130 interrupted.",
    "",
  ].join("\n");
}

/** One command and its options. */
export function formatCommandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, option]) => [flag(name, option), option.help] as const);
  const { operand } = command;
  const words = [...(options.length > 0 ? ["[options]"] : []), ...(operand ? [`[${operand.value}]`] : [])];
  return [
    ["Use: npm run", command.name, ...(words.length > 0 ? ["--", ...words] : [])].join(" "),
    "",
    command.summary,
    "",
    ...table([...(operand ? [[operand.value, operand.help] as const] : []), ...options, ["--help", "this text"]]),
    "",
  ].join("\n");
}

function flag(name: string, option: Option): string {
  return option.type === "string" ? `--${name} ${option.value ?? "VALUE"}` : `--${name}`;
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
}
