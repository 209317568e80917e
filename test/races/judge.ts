import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { author, formatCommitMessage } from "../../bump/commit-message.ts";
import { releaseRecordSchema } from "../../config/pins.ts";
import { git } from "../git-remote.ts";
import { forgottenFile } from "./hooks.ts";
import { releaseOf } from "./release-of.ts";
import type { Attempt } from "./run-bumper.ts";
import { expectedRun, type Schedule } from "./schedule.ts";
import { type Remote, recordPath, renderedTrees, type Stage } from "./stage.ts";

/** What was seen while a schedule ran. */
export interface Race {
  readonly schedule: Schedule;
  readonly remote: Remote;
  /** Of each bumper in turn, the last one last. */
  readonly attempts: readonly (readonly Attempt[])[];
  /** Commits that people pushed. */
  readonly pushed: readonly string[];
}

/** Every way in which a race broke a promise; empty if it kept them. */
export async function judge(race: Race, stage: Stage): Promise<readonly string[]> {
  const { remote } = race;
  const history = git(remote.path, "rev-list", "--first-parent", "--reverse", `${remote.base}..main`).split("\n");
  const commits = history.filter((commit) => commit !== "");
  return [
    ...judgeEnds(race),
    ...judgeNewest(race),
    ...judgeLost(race),
    ...commits.flatMap((commit) => judgeCommit(remote, commit)),
    ...(await judgeRendering(race, commits, stage)),
  ];
}

/** Everybody ends well and says why; only a process that was killed or had to fail is followed by another. */
function judgeEnds({ attempts }: Race): string[] {
  return attempts.flatMap((ones) => {
    const last = ones.at(-1);
    if (last?.exitCode === 0 && /^(bumped|same|stale): .+/.test(last.stdout)) return [];
    return [`the bump of run ${last?.runNumber} ended with ${last?.exitCode}: ${last?.stdout}${last?.stderr}`];
  });
}

function judgeNewest({ schedule, remote }: Race): string[] {
  const expected = expectedRun(schedule);
  const found = runOf(remote, "main");
  return found === expected ? [] : [`the branch ends with run ${found}, expected ${expected}`];
}

/** What somebody was told is there is there, and whatever the branch once was is part of what it is. */
function judgeLost({ remote, attempts, pushed }: Race): string[] {
  const file = join(remote.path, forgottenFile);
  // The remote itself took these back; those who pushed them did not.
  const forgotten = new Set(existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);
  const told = attempts.flat().flatMap(({ stdout }) => /by commit ([0-9a-f]{40})/.exec(stdout)?.[1] ?? []);
  const once = git(remote.path, "reflog", "--format=%H", "main").split("\n");
  const kept = new Set(git(remote.path, "rev-list", "main").split("\n"));
  const lost = [...told, ...[...pushed, ...once].filter((commit) => !forgotten.has(commit))];
  return [...new Set(lost)].filter((commit) => !kept.has(commit)).map((commit) => `commit ${commit} is lost`);
}

/** The record only goes forward; and a commit of the bump is what it says, and nothing else. */
function judgeCommit(remote: Remote, commit: string): string[] {
  const show = (format: string) => git(remote.path, "show", "--no-patch", `--format=${format}`, commit);
  const [before = 0, after = 0] = [runOf(remote, `${commit}^`), runOf(remote, commit)];
  const name = show("%an <%ae>");
  if (name !== `${author.name} <${author.email}>`)
    return after === before ? [] : [`commit ${commit} of ${name} changes the record`];
  const faults = after > before ? [] : [`commit ${commit} goes from run ${before} to ${after}`];
  const runLink = /^Run: (https:\/\/github\.com\/owner\/name\/actions\/runs\/\d+)$/m.exec(show("%B"))?.[1] ?? null;
  const message = formatCommitMessage({ image: "server-chat", release: releaseOf(after), rollback: false, runLink });
  if (runLink === null || show("%B") !== message.trim()) faults.push(`commit ${commit} says: ${show("%B")}`);
  const paths = git(remote.path, "diff", "--name-only", `${commit}^`, commit).split("\n");
  const others = paths.filter((path) => path !== recordPath && !/^(dist|bootstrap)\//.test(path));
  if (others.length > 0) faults.push(`commit ${commit} changes ${others.join(", ")}`);
  return faults;
}

async function judgeRendering({ remote }: Race, commits: readonly string[], stage: Stage): Promise<string[]> {
  const faults: string[] = [];
  for (const commit of commits) {
    if (renderedTrees(remote.path, commit) === (await stage.synthesise(commit, remote.path))) continue;
    faults.push(`dist/ of commit ${commit} is not what its synthesis writes`);
  }
  return faults;
}

function runOf(remote: Remote, commit: string): number | undefined {
  const text = git(remote.path, "show", `${commit}:${recordPath}`);
  return releaseRecordSchema.parse(JSON.parse(text)).release?.runNumber;
}
