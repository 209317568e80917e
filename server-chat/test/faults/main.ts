import { allProperties, checkHistory } from "./checker.ts";
import { missingPrograms } from "./missing-programs.ts";
import { type Options, parseOptions, usage } from "./options.ts";
import { cutPower } from "./power-cut/scenario.ts";
import { createRandom } from "./random.ts";
import { runFaults } from "./run.ts";
import { formatKept } from "./schedule.ts";
import { StageError } from "./stage.ts";
import { count, formatVerdict, type Property, type Verdict } from "./verdict.ts";

/**
 * `npm run faults`: the chat's promises, kept while things break. One Redis, as its data is what the promises are
 * about; Sentinel and Cluster have the store's contract, speed has the benchmarks.
 */

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Verdicts and troubles as lines. @returns whether all is well */
function tell(verdicts: readonly Verdict[], troubles: readonly string[]): boolean {
  for (const verdict of verdicts) say(formatVerdict(verdict));
  for (const trouble of troubles) say(`BROKEN    ${trouble}`);
  return troubles.length === 0 && verdicts.every(({ findings }) => findings.length === 0);
}

/** Those that a history of one power cut can tell about. */
const ofHistory: readonly Property[] = allProperties.filter((property) => property <= 8);

async function tellPowerCut(fsync: "always" | "everysec", seed: number): Promise<boolean> {
  const control = fsync === "everysec";
  const { history, acknowledged, lost, bytesLost } = await cutPower(fsync, createRandom(seed));
  const share = ((100 * lost) / Math.max(1, acknowledged)).toFixed(1);
  const proves = !control || lost > 0;
  const what = control ? "Control: a power cut with fsync every second" : "A power cut with fsync always";
  say(
    `\n${what} took ${count(bytesLost)} bytes: ${count(acknowledged)} acknowledged before it, ${count(lost)} (${share} %) lost`,
  );
  const kept = tell(checkHistory(history, ofHistory), []);
  if (!proves)
    say("BROKEN    the control lost nothing, so the power cut is not one, and the run before it proves nothing");
  return kept && proves;
}

/** @returns what to say in the end; undefined when a promise was broken */
async function run({ seed, seconds, clients }: Options): Promise<string | undefined> {
  say(`Faults for ${seconds} s, ${clients} clients, seed ${seed}`);
  const { history, troubles, untried } = await runFaults({ seed, lengthMs: seconds * 1_000, clients, say });
  say("");
  const parts = [tell(checkHistory(history), troubles)];
  for (const fsync of ["always", "everysec"] as const) parts.push(await tellPowerCut(fsync, seed));
  return parts.every((kept) => kept) ? formatKept(untried) : undefined;
}

/** @returns the exit code */
async function start(words: readonly string[]): Promise<number> {
  const options = parseOptions(words);
  if (options === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  if (missingPrograms !== undefined) {
    process.stderr.write(`${missingPrograms}\n`);
    return 3;
  }
  const { seed, seconds, clients } = options;
  try {
    const kept = await run(options);
    say(`\n${kept ?? `broken; again with --seed ${seed} --seconds ${seconds} --clients ${clients}`}`);
    return kept === undefined ? 1 : 0;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    if (error instanceof StageError) return 3;
    // What does not heal ends the run in the middle: a node that never gets ready again, a client that never gets in.
    say(`\nbroken: the run with seed ${seed} could not go on`);
    return 1;
  }
}

// What was started ends with this process.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
process.exit(await start(process.argv.slice(2)));
