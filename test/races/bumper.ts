import { setTimeout as wait } from "node:timers/promises";
import type { Clone } from "../../bump/clone.ts";
import { parsePayload } from "../../bump/request.ts";
import { bump, openClone, openCode } from "../../cli/bump.ts";
import type { CommandContext } from "../../cli/command.ts";
import { UserError } from "../../config/user-error.ts";

/**
 * The bump as a process of its own, for races: everything is the real thing but three. The image counts as verified, the
 * checks are the judge's (a synthesis has run the rules), and before every step it pauses or dies as RACE says.
 */
const { pausesMs, killBeforeStep } = JSON.parse(process.env.RACE ?? "{}") as {
  readonly pausesMs: readonly number[];
  readonly killBeforeStep?: number;
};

let step = 0;
async function pauseOrDie(): Promise<void> {
  if (step === killBeforeStep) process.kill(process.pid, "SIGKILL");
  await wait(pausesMs[step] ?? 0);
  step++;
}

const context: CommandContext = {
  root: process.cwd(),
  options: {},
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  isTerminal: false,
  signal: new AbortController().signal,
  nowMs: () => performance.now(),
  variables: process.env,
};
const real = openClone(context, "main", { ...openCode(context), check: async () => {} });
const paced: Clone = {
  fetch: () => pauseOrDie().then(real.fetch),
  reset: (commit) => pauseOrDie().then(() => real.reset(commit)),
  writeRecord: (text) => pauseOrDie().then(() => real.writeRecord(text)),
  synth: () => pauseOrDie().then(real.synth),
  check: () => pauseOrDie().then(real.check),
  commit: (message) => pauseOrDie().then(() => real.commit(message)),
  push: (commit) => pauseOrDie().then(() => real.push(commit)),
  remoteHas: (commit) => pauseOrDie().then(() => real.remoteHas(commit)),
};

try {
  await bump(parsePayload(process.env.BUMP_PAYLOAD ?? ""), context, paced, pauseOrDie);
  await pauseOrDie();
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy}\n`);
  process.exitCode = error.exitCode;
}
