import { appendFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatRecord } from "../../bump/record.ts";
import { renderedFolders } from "../../cli/rendered-folders.ts";
import { releaseRecordSchema } from "../../config/pins.ts";
import { copyCheckout, linkPackages, runCommand } from "../checkout.ts";
import { git } from "../git-remote.ts";
import { installHook } from "./hooks.ts";
import { releaseOf } from "./release-of.ts";
import type { Hook } from "./schedule.ts";

export const recordPath = "config/images/server-chat.json";

/** Most of the files, and none that a synthesis reads: the contract of the server is a package. */
const unneeded = ["server-chat", "schemas", "importer"];

/** A change of the code that bumps, to see whether the judge notices. */
export interface Mutation {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** A remote, and clones of it by name. */
export interface Remote {
  readonly path: string;
  readonly base: string;
  /** A fresh clone; one of the same name is replaced. */
  readonly clone: (name: string) => string;
}

/** What all schedules start from: this checkout as a repository, and the states that its branch may be in. */
export interface Stage {
  /** The remote of a schedule, in a folder that it replaces: Node's compile cache goes by path. */
  readonly openRemote: (lane: string, recorded: readonly number[], hook: Hook) => Promise<Remote>;
  /** What a synthesis of a commit writes: the trees of the rendered folders. */
  readonly synthesise: (commit: string, remote: string) => Promise<string>;
}

/** A clone that commands can be run in. */
function prepareClone(path: string): void {
  linkPackages(path);
  appendFileSync(join(path, ".git/info/exclude"), "node_modules\n");
}

export async function synth(path: string): Promise<void> {
  const { exitCode, stderr } = await runCommand(path, ["synth"]);
  if (exitCode !== 0) throw new Error(`a synthesis in ${path} failed: ${stderr}`);
}

export function createStage(folder: string, mutation?: Mutation): Stage {
  const workshop = join(folder, "workshop");
  mkdirSync(workshop, { recursive: true });
  git(workshop, "init", "--quiet", "--initial-branch=main");
  copyCheckout(workshop, unneeded);
  prepareClone(workshop);
  if (mutation !== undefined) mutate(workshop, mutation);
  const record = releaseRecordSchema.parse(JSON.parse(readFileSync(join(workshop, recordPath), "utf8")));

  const states = new Map<string, string>();
  const trees = new Map<string, string>();
  let last: Promise<unknown> = Promise.resolve();
  /** There is one workshop: whoever works in it waits for those before. */
  const queue = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };

  /** The commit in which the branch has recorded these runs in turn. */
  const createState = async (recorded: readonly number[]): Promise<string> => {
    const known = states.get(recorded.join());
    if (known !== undefined) return known;
    const runNumber = recorded.at(-1);
    if (runNumber !== undefined)
      git(workshop, "checkout", "--quiet", "--force", await createState(recorded.slice(0, -1)));
    const release = runNumber === undefined ? null : releaseOf(runNumber);
    writeFileSync(join(workshop, recordPath), formatRecord({ ...record, release }));
    await synth(workshop);
    git(workshop, "add", "--all");
    git(workshop, "commit", "--quiet", "--message", `chore(release): run ${runNumber ?? "none"}`);
    const commit = git(workshop, "rev-parse", "HEAD");
    states.set(recorded.join(), commit);
    return commit;
  };

  return {
    async openRemote(lane, recorded, hook) {
      const base = await queue(() => createState(recorded));
      const home = join(folder, lane);
      const path = join(home, "origin.git");
      rmSync(path, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
      git(home, "init", "--quiet", "--bare", "--initial-branch=main", path);
      git(path, "config", "core.logAllRefUpdates", "always");
      appendFileSync(join(path, "objects/info/alternates"), `${join(workshop, ".git/objects")}\n`);
      git(path, "update-ref", "refs/heads/main", base);
      installHook(path, hook);
      const clone = (name: string) => {
        const place = join(home, name);
        if (!existsSync(place)) {
          git(home, "clone", "--quiet", "--no-checkout", "--reference", workshop, path, name);
          prepareClone(place);
        }
        freshen(place);
        return place;
      };
      return { path, base, clone };
    },

    async synthesise(commit, remote) {
      const sources = git(remote, "ls-tree", "-r", commit)
        .split("\n")
        .filter((line) => !/\t(dist|bootstrap|notes)\//.test(line))
        .join("\n");
      return queue(async () => {
        const known = trees.get(sources);
        if (known !== undefined) return known;
        git(workshop, "fetch", "--quiet", remote, commit);
        git(workshop, "checkout", "--quiet", "--force", "--detach", commit);
        await synth(workshop);
        git(workshop, "add", "--all", "--", ...renderedFolders);
        const found = renderedTrees(workshop, git(workshop, "write-tree"));
        trees.set(sources, found);
        return found;
      });
    },
  };
}

/** Names the content of the rendered folders in a commit or tree. */
export function renderedTrees(repository: string, tree: string): string {
  return git(repository, "rev-parse", ...renderedFolders.map((folder) => `${tree}:${folder}`));
}

/** Makes a clone of an earlier schedule, which may have been killed in the middle of git, as good as a new one. */
function freshen(path: string): void {
  for (const lock of globSync(".git/**/*.lock", { cwd: path })) rmSync(join(path, lock));
  git(path, "fetch", "--quiet", "--no-tags", "--update-head-ok", "--force", "origin", "main:main");
  git(path, "checkout", "--quiet", "--force", "main");
  git(path, "clean", "-dfq");
}

function mutate(path: string, { file, from, to }: Mutation): void {
  const text = readFileSync(join(path, file), "utf8");
  if (text.split(from).length !== 2) throw new Error(`${file} does not have this once: ${from}`);
  writeFileSync(
    join(path, file),
    text.replace(from, () => to),
  );
}
