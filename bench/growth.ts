import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type BenchContext, timeRun } from "./bench-context.ts";
import type { GrowthRun } from "./growth-run.ts";

/** Numbers of applications that are measured, each several times and in turns. */
const sizes = [100, 500, 1_000, 2_000] as const;
const rounds = 3;

export interface Growth {
  readonly rounds: number;
  /** All runs of all sizes, smallest size first. */
  readonly runs: readonly GrowthRun[];
}

/** Renders, checks, formats and writes synthetic platforms, each in a process and a folder of its own. */
export async function measureGrowth(context: BenchContext): Promise<Growth> {
  const program = join(context.copy, "bench", "growth-run.ts");
  const runs: GrowthRun[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const applications of sizes) {
      context.progress(`growth: ${applications} applications, round ${round} of ${rounds}`);
      // Nothing is removed before the end: ext4 is slow to make files for minutes after it has removed some.
      const folder = join(context.folder, `growth-${applications}-${round}`);
      mkdirSync(folder);
      const { output } = await timeRun(context, context.copy, process.execPath, program, String(applications), folder);
      runs.push(JSON.parse(output) as GrowthRun);
    }
  }
  return { rounds, runs: runs.sort((a, b) => a.applications - b.applications) };
}
