import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mutants } from "./mutants.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { overtaken } from "./run-bumper.ts";
import { runLanes } from "./run-lanes.ts";
import { runSchedule, type Verdict } from "./run-schedule.ts";
import { createSchedule, type Schedule } from "./schedule.ts";
import { createStage } from "./stage.ts";

/** `npm run races`: whatever meets whatever, the branch ends with the newest release, whole. */

const say = (line: string) => process.stdout.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), "races-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => {
    interruption.abort();
    process.exit(130);
  });

/** @returns how many broken bumps nobody noticed */
async function runMutants(): Promise<number> {
  let unnoticed = 0;
  await runLanes(mutants.entries(), async ([number, { mutation, schedule }]) => {
    const home = join(folder, `mutant-${number}`);
    const { findings } = await runSchedule(schedule, createStage(home, mutation), "lane", interruption.signal);
    rmSync(home, { recursive: true });
    if (findings.length === 0) unnoticed++;
    say(
      findings.length === 0
        ? `NOT NOTICED  ${schedule.name}`
        : `noticed  ${schedule.name}: ${findings[0]?.split("\n")[0]}`,
    );
  });
  return unnoticed;
}

/** @returns how many schedules broke a promise */
async function runSchedules({ schedules, seed }: Options): Promise<number> {
  const stage = createStage(join(folder, "stage"));
  const startMs = performance.now();
  const counts = { broken: 0, bumps: 0, killed: 0, failed: 0, overtaken: 0 };
  await runLanes(
    Array.from({ length: schedules }, (_, number) => createSchedule(seed + number)),
    async (schedule, lane) => {
      const { findings, attempts } = await runSchedule(schedule, stage, lane, interruption.signal);
      const ones = attempts.flat();
      counts.bumps += ones.length;
      counts.killed += ones.filter(({ exitCode }) => exitCode === null).length;
      counts.failed += ones.filter(({ exitCode }) => exitCode === 3).length;
      counts.overtaken += ones.filter(({ stderr }) => stderr.includes(overtaken)).length;
      if (findings.length === 0) return;
      counts.broken++;
      tell(schedule, { findings, attempts });
    },
  );
  const minutes = ((performance.now() - startMs) / 60_000).toFixed(1);
  const { broken, bumps, killed } = counts;
  const again = `${killed} killed, ${counts.failed} told loudly why not and run again, ${counts.overtaken} of these overtaken 5 times`;
  say(`${schedules} schedules, ${bumps} bumps (${again}) in ${minutes} minutes: ${broken} broken`);
  return broken;
}

function tell(schedule: Schedule, { findings, attempts }: Verdict): void {
  say(`BROKEN  ${JSON.stringify(schedule)}`);
  for (const finding of findings) say(`  ${finding}`);
  for (const { runNumber, exitCode, stdout, stderr } of attempts.flat())
    say(`  run ${runNumber} exit ${exitCode}: ${stdout.trim()} ${stderr.trim()}`);
}

const options = parseOptions(process.argv.slice(2));
if (options === "help") process.stdout.write(usage);
else if (options === undefined) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else {
  say("Bumps that are broken on purpose:");
  const unnoticed = await runMutants();
  say(`\n${options.schedules} schedules from seed ${options.seed}:`);
  const broken = await runSchedules(options);
  process.exitCode = unnoticed + broken === 0 ? 0 : 1;
}
