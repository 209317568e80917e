import { parseArgs } from "node:util";

export const usage = `Usage: npm run races -- [--schedules 200] [--seed 0]

Lets 2, 3 and 8 clones bump the same image at once, on real git and in real processes, while pushes are rejected,
processes killed and others push; then checks what the branch became. First it breaks the bump on purpose in several
ways: a judge that finds nothing then would prove nothing.

  --schedules  how many, 1 to 1000
  --seed       of the first one; the others follow it
  --help       this text

The 200 take at most 20 minutes on two cores.

Exit codes: 0 all promises kept, 1 one was broken, 2 usage, 130 interrupted.
`;

export interface Options {
  readonly schedules: number;
  readonly seed: number;
}

/** Undefined when the words are not understood. */
export function parseOptions(words: readonly string[]): Options | "help" | undefined {
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { schedules: text, seed: text, help: { type: "boolean" } },
    });
    if (values.help === true) return "help";
    const { schedules = "200", seed = "0" } = values;
    if (!/^\d{1,9}$/.test(schedules) || !/^\d{1,9}$/.test(seed)) return undefined;
    const options = { schedules: Number(schedules), seed: Number(seed) };
    return options.schedules >= 1 && options.schedules <= 1_000 ? options : undefined;
  } catch {
    return undefined;
  }
}
