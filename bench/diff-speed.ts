import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderedFolders } from "../cli/rendered-folders.ts";
import { type BenchContext, timeRun } from "./bench-context.ts";
import type { DiffCheckout } from "./diff-checkout.ts";
import { dyffForGit } from "./dyff.ts";
import { prepareFloor } from "./floor.ts";

const rounds = 7;
const applications = 1_000;
const changed = "dist/synthetic/app-500/Deployment.team-50.app-500.yaml";

/** What is measured side by side, each as a whole process. */
export type DiffSubject = "workingTree" | "commits" | "git" | "dyffByGit" | "dyffOfAll" | "floor";

export interface DiffSpeed {
  readonly applications: number;
  readonly files: number;
  readonly rounds: number;
  readonly durationsMs: Readonly<Record<DiffSubject, readonly number[]>>;
}

/** Times every program on a platform of 1,000 applications in which one Deployment gets another image. */
export async function measureDiffSpeed(context: BenchContext, checkout: DiffCheckout): Promise<DiffSpeed> {
  context.progress(`diff: a platform of ${applications} applications`);
  const files = await placePlatform(context, checkout);
  const before = await checkout.commit();
  const all = { before: join(context.folder, "before.yaml"), after: join(context.folder, "after.yaml") };
  writeFileSync(all.before, readAll(checkout.path));
  const text = readFileSync(join(checkout.path, changed), "utf8");
  const edited = text.replace(":1.0.0", ":1.0.1");
  if (edited === text) throw new Error(`${changed} has no image of version 1.0.0.`);
  checkout.write(new Map([[changed, edited]]));
  writeFileSync(all.after, readAll(checkout.path));
  const after = await checkout.commit();
  // The change stays in the working tree.
  await checkout.run("git", ["reset", "--quiet", before]);
  const floor = join(context.folder, "diff-floor");
  prepareFloor(floor, "", checkout.path);

  const ours = (...args: readonly string[]) => checkout.run("npm", ["run", "--silent", "diff", "--", ...args]);
  const run: Readonly<Record<DiffSubject, () => Promise<{ readonly durationMs: number; readonly output?: string }>>> = {
    workingTree: () => ours(),
    commits: () => ours(`${before}..${after}`),
    git: () => checkout.run("git", ["diff"]),
    dyffByGit: () => checkout.run("git", ["diff"], { GIT_EXTERNAL_DIFF: dyffForGit }),
    dyffOfAll: () => checkout.run("dyff", ["between", "--omit-header", all.before, all.after]),
    floor: () => timeRun(context, floor, "npm", "run", "--silent", "floor"),
  };
  const durationsMs: Record<DiffSubject, number[]> = {
    workingTree: [],
    commits: [],
    git: [],
    dyffByGit: [],
    dyffOfAll: [],
    floor: [],
  };
  // Round 0 warms the disk and is not counted.
  for (let round = 0; round <= rounds; round++) {
    context.progress(`diff: round ${round} of ${rounds}`);
    for (const subject of Object.keys(run) as DiffSubject[]) {
      const { durationMs, output } = await run[subject]();
      // Whoever says nothing of the change is quick for a wrong reason.
      if (subject !== "floor" && output?.includes("synthetic:1.0.1") !== true)
        throw new Error(`${subject} does not show the change: ${output}`);
      if (round > 0) durationsMs[subject].push(durationMs);
    }
  }
  return { applications, files, rounds, durationsMs };
}

/** Renders the applications into the checkout, in place of what is rendered there; returns how many files they are. */
async function placePlatform(context: BenchContext, checkout: DiffCheckout): Promise<number> {
  const folder = join(context.folder, "diff-platform");
  mkdirSync(folder);
  const program = join(context.copy, "bench", "growth-run.ts");
  await timeRun(context, context.copy, process.execPath, program, String(applications), folder);
  for (const name of renderedFolders) {
    rmSync(join(checkout.path, name), { recursive: true, force: true });
    renameSync(join(folder, name), join(checkout.path, name));
  }
  return listFiles(checkout.path).length;
}

/** All rendered objects as one text: what dyff needs to compare two states without git. */
function readAll(path: string): string {
  return listFiles(path)
    .map((file) => `---\n${readFileSync(file, "utf8")}`)
    .join("");
}

function listFiles(path: string): string[] {
  return renderedFolders.flatMap((folder) =>
    readdirSync(join(path, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort(),
  );
}
