import { renameSync } from "node:fs";
import { join } from "node:path";
import { renderedFolders } from "../cli/rendered-folders.ts";
import type { Stage } from "../cli/stopwatch.ts";
import { type BenchContext, timeRun } from "./bench-context.ts";
import { prepareFloor } from "./floor.ts";
import { medianStages } from "./statistics.ts";
import { prepareStock } from "./stock.ts";

const rounds = 7;

/** What is measured side by side, each as a whole process and through npm, as a person starts it. */
export type Subject = "stock" | "rewritten" | "unchanged" | "firstRun" | "floor";

export interface Startup {
  /** Objects that each side renders. */
  readonly manifests: number;
  readonly rounds: number;
  /** In the order of the rounds: values at the same place ran one after the other. */
  readonly durationsMs: Readonly<Record<Subject, readonly number[]>>;
  /** Where the time of an unchanged synthesis goes, once its command is loaded. */
  readonly stages: readonly Stage[];
}

/** Measures a synthesis beside the stock tool chain, in turns, so that both meet the same machine. */
export async function measureStartup(context: BenchContext): Promise<Startup> {
  const { copy } = context;
  const stock = join(context.folder, "stock");
  const floor = join(context.folder, "floor");
  await prepareStock(context, stock);
  // No program that uses cdk8s through npm can be faster.
  prepareFloor(floor, 'import "cdk8s";\n', copy);

  const synthesize = async () =>
    parseResult((await timeRun(context, copy, process.execPath, "cli/start.js", "synth", "--json")).output);
  // Brings the copied dist/ up to date, so that "unchanged" is what it says, and fails in words that a person can read.
  await timeRun(context, copy, process.execPath, "cli/start.js", "synth");
  const { manifests } = await synthesize();
  let moved = 0;
  // Moved, not removed: ext4 is slow to make files for minutes after it has removed some (docs/reference/benchmarks.md).
  const moveAway = (...names: readonly string[]) => {
    for (const name of names) renameSync(join(copy, name), join(context.folder, `moved-${moved++}`));
  };
  const stockContext = { ...context, variables: { ...context.variables, STOCK_OBJECTS: String(manifests) } };
  const run: Record<Subject, () => Promise<{ readonly durationMs: number }>> = {
    stock: () => timeRun(stockContext, stock, "npm", "run", "synth"),
    rewritten: () => {
      moveAway(...renderedFolders);
      return timeRun(context, copy, "npm", "run", "synth");
    },
    unchanged: () => timeRun(context, copy, "npm", "run", "synth"),
    firstRun: () => {
      moveAway(...renderedFolders, "node_modules/.cache");
      return timeRun(context, copy, "npm", "run", "synth");
    },
    floor: () => timeRun(context, floor, "npm", "run", "floor"),
  };

  const durationsMs: Record<Subject, number[]> = { stock: [], rewritten: [], unchanged: [], firstRun: [], floor: [] };
  const stageRuns: (readonly Stage[])[] = [];
  // Round 0 warms the disk and is not counted.
  for (let round = 0; round <= rounds; round++) {
    context.progress(`start-up: round ${round} of ${rounds}`);
    for (const subject of Object.keys(run) as Subject[]) {
      const { durationMs } = await run[subject]();
      if (round > 0) durationsMs[subject].push(durationMs);
    }
    stageRuns.push((await synthesize()).stages);
  }
  return { manifests, rounds, durationsMs, stages: medianStages(stageRuns) };
}

function parseResult(output: string): { readonly manifests: number; readonly stages: readonly Stage[] } {
  const line = output.split("\n").find((one) => one.startsWith("{"));
  if (line === undefined) throw new Error(`\`synth --json\` printed no JSON: ${output}`);
  return JSON.parse(line) as { manifests: number; stages: Stage[] };
}
