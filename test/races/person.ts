import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { renderedFolders } from "../../cli/rendered-folders.ts";
import { git } from "../git-remote.ts";
import type { Person } from "./schedule.ts";
import { type Remote, synth } from "./stage.ts";

const chart = "charts/chat-server.ts";
/** More than all that a schedule can reject. */
const attempts = 40;

/** Somebody who pushes while others bump, and pushes again until it is there. Resolves to the commit. */
export async function pushAsPerson({ kind }: Person, number: number, remote: Remote): Promise<string> {
  const path = remote.clone(`person-${number}`);
  const feature = kind === "chart" ? commitChart(path, number) : undefined;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    git(path, "fetch", "--quiet", "origin", "main");
    const head = git(path, "rev-parse", "FETCH_HEAD");
    git(path, "checkout", "--quiet", "--force", "--detach", head);
    const commit = feature === undefined ? writeNote(path, number) : await mergeChart(path, head, feature, number);
    if (push(path, commit)) return commit;
    await wait(20 * attempt);
  }
  throw new Error(`person ${number} could not push`);
}

function push(path: string, commit: string): boolean {
  try {
    git(path, "push", "--quiet", "origin", `${commit}:refs/heads/main`);
    return true;
  } catch {
    return false;
  }
}

function writeNote(path: string, number: number): string {
  mkdirSync(join(path, "notes"), { recursive: true });
  writeFileSync(join(path, "notes", `person-${number}.txt`), "unrelated\n");
  git(path, "add", "notes");
  git(path, "commit", "--quiet", "--message=docs: a note");
  return git(path, "rev-parse", "HEAD");
}

/** Changes the Deployment that carries the image. */
function editChart(path: string, number: number): void {
  const text = readFileSync(join(path, chart), "utf8");
  const edited = text.replace(/revisionHistoryLimit: \d+/, `revisionHistoryLimit: ${6 + number}`);
  if (edited === text) throw new Error(`${chart} has no revisionHistoryLimit to change`);
  writeFileSync(join(path, chart), edited);
}

/** A branch of its own, begun before anybody bumped. */
function commitChart(path: string, number: number): string {
  editChart(path, number);
  git(path, "commit", "--quiet", "--all", "--message=charts: fewer old pods");
  return git(path, "rev-parse", "HEAD");
}

async function mergeChart(path: string, head: string, feature: string, number: number): Promise<string> {
  editChart(path, number);
  await synth(path);
  git(path, "add", "--all", "--", chart, ...renderedFolders);
  return git(path, "commit-tree", git(path, "write-tree"), "-p", head, "-p", feature, "-m", "charts: merge a branch");
}
