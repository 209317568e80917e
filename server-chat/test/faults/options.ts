import { parseArgs } from "node:util";

export const usage = `Usage: npm run faults -- [--seconds 240] [--clients 24] [--seed <number>]

Lets people chat on three nodes and a Redis while processes are killed and stopped, connections cut and clocks moved,
then checks what they saw against what is stored. With the same seed the same things happen in the same order.

  --seconds  how long things break, 10 to 900; from 60 on in every way there is; what is watched afterwards takes two
             minutes more
  --clients  how many people, 8 to 200
  --seed     of an earlier run

Exit codes: 0 all promises kept, 1 one was broken, 2 usage, 3 a program that this needs is missing, 130 interrupted.
`;

export interface Options {
  readonly seed: number;
  readonly seconds: number;
  readonly clients: number;
}

/** Undefined when the words are not understood. */
export function parseOptions(words: readonly string[]): Options | undefined {
  const whole = (text: string, from: number, to: number): number => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new RangeError(text);
    return value;
  };
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ args: [...words], options: { seed: text, seconds: text, clients: text } });
    return {
      seed: whole(values.seed ?? String(Math.floor(Math.random() * 2 ** 31)), 0, 2 ** 32 - 1),
      seconds: whole(values.seconds ?? "240", 10, 900),
      clients: whole(values.clients ?? "24", 8, 200),
    };
  } catch {
    return undefined;
  }
}
