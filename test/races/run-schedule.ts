import { setTimeout as wait } from "node:timers/promises";
import { judge } from "./judge.ts";
import { pushAsPerson } from "./person.ts";
import { type Attempt, runBumper } from "./run-bumper.ts";
import type { Schedule } from "./schedule.ts";
import type { Stage } from "./stage.ts";

export interface Verdict {
  readonly findings: readonly string[];
  readonly attempts: readonly (readonly Attempt[])[];
}

/** Lets a schedule happen in a lane of the stage, and judges what is left. `signal` ends all that it started. */
export async function runSchedule(
  schedule: Schedule,
  stage: Stage,
  lane: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const { recorded, hook, bumpers, people } = schedule;
  const remote = await stage.openRemote(lane, recorded, hook);
  const [attempts, pushed] = await Promise.all([
    Promise.all(bumpers.map((bumper, number) => runBumper(bumper, number, remote, hook, signal))),
    Promise.all(
      people.map(async (person, number) => {
        await wait(person.startMs);
        return pushAsPerson(person, number, remote);
      }),
    ),
  ]);
  return { findings: await judge({ schedule, remote, attempts, pushed }, stage), attempts };
}
