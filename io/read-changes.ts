import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../config/user-error.ts";
import type { CommittedFile } from "../reports/diff/committed-object.ts";
import { type Git, readObjects } from "./git.ts";

/** Two states of a checkout: a commit, and another one or the working tree. */
export interface Comparison {
  /** 40 hex digits. */
  readonly before: string;
  /** 40 hex digits, or undefined for the working tree. */
  readonly after: string | undefined;
}

/** What a path holds on each side: the id of a blob, `file` for the working tree's own, undefined for nothing. */
interface Entry {
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const workingTree = "file";
const symbolicLink = "120000";

/** The commit that a revision such as `main~3` or `v1.2.0` means. Throws a UserError when there is none. */
export async function resolveCommit(git: Git, revision: string): Promise<string> {
  const { exitCode, stdout } = await git.ask([
    "rev-parse",
    "--verify",
    "--quiet",
    "--end-of-options",
    `${revision}^{commit}`,
  ]);
  if (exitCode === 0) return stdout.toString().trim();
  // Outside of a clone this says so.
  await git.run(["rev-parse", "--git-dir"]);
  throw new UserError(`There is no commit "${revision}" in this clone.`, {
    remedy: "Name a branch, a tag or a commit; a shallow clone has to fetch it first.",
  });
}

/**
 * Reads the files of some folders that differ between two states, and the unchanged ones that `surroundings` chooses.
 * What does not differ by git's own account is not even opened. Throws a UserError for a symbolic link: its target may
 * be any file of the machine, and reports are published.
 */
export async function readChanges(
  git: Git,
  root: string,
  { before, after }: Comparison,
  folders: readonly string[],
  surroundings: (changed: readonly string[], all: readonly string[]) => readonly string[],
): Promise<CommittedFile[]> {
  const [known, entries] = await Promise.all([
    listTree(git, before, folders),
    listChanges(git, { before, after }, folders),
  ]);
  for (const path of surroundings([...entries.keys()], [...known.keys()])) {
    const id = known.get(path);
    entries.set(path, { before: id, after: id });
  }
  const ids = new Set([...entries.values()].flatMap((entry) => [entry.before, entry.after]));
  const texts = await readBlobs(
    git,
    [...ids].flatMap((id) => (id === undefined || id === workingTree ? [] : [id])),
  );
  const read = (path: string, id: string | undefined) => {
    if (id === undefined) return undefined;
    return id === workingTree ? readRegularFile(root, path) : texts.get(id);
  };
  return [...entries].map(([path, entry]) => ({
    path,
    before: read(path, entry.before),
    after: read(path, entry.after),
  }));
}

async function listTree(git: Git, commit: string, folders: readonly string[]): Promise<Map<string, string>> {
  const answer = await git.run(["ls-tree", "-r", "-z", commit, "--", ...folders]);
  return new Map(
    parts(answer).map((line) => {
      const tab = line.indexOf("\t");
      return [line.slice(tab + 1), line.slice(0, tab).split(" ")[2] ?? ""];
    }),
  );
}

async function listChanges(
  git: Git,
  { before, after }: Comparison,
  folders: readonly string[],
): Promise<Map<string, Entry>> {
  const compare = ["diff", "--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--relative", before];
  const [differing, untracked] = await Promise.all([
    git.run([...compare, ...(after === undefined ? [] : [after]), "--", ...folders]),
    after === undefined ? git.run(["ls-files", "--others", "-z", "--", ...folders]) : Buffer.alloc(0),
  ]);
  const entries = new Map<string, Entry>();
  const fields = parts(differing);
  for (let position = 0; position + 1 < fields.length; position += 2) {
    const [oldMode = "", newMode = "", oldId = "", newId = ""] = (fields[position] ?? "").slice(1).split(" ");
    const path = fields[position + 1] ?? "";
    if ([oldMode, newMode].includes(symbolicLink)) throw linked(path);
    entries.set(path, {
      before: isNothing(oldMode) ? undefined : oldId,
      after: isNothing(newMode) ? undefined : after === undefined ? workingTree : newId,
    });
  }
  for (const path of parts(untracked)) entries.set(path, { before: entries.get(path)?.before, after: workingTree });
  return entries;
}

async function readBlobs(git: Git, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const texts = ids.length === 0 ? [] : await readObjects(git, ids);
  if (texts.length !== ids.length) {
    throw new UserError("This clone does not have the content of every commit.", {
      remedy: "Fetch it: `git fetch --refetch`.",
      exitCode: 3,
    });
  }
  return new Map(ids.map((id, position) => [id, texts[position] ?? ""]));
}

function readRegularFile(root: string, path: string): string {
  if (!lstatSync(join(root, path)).isFile()) throw linked(path);
  return readFileSync(join(root, path), "utf8");
}

function linked(path: string): UserError {
  return new UserError(`${path} is a symbolic link.`, {
    remedy: "Remove it: rendered files are files of this checkout, written by `npm run synth`.",
  });
}

function parts(answer: Buffer): string[] {
  return answer.toString().split("\0").slice(0, -1);
}

function isNothing(mode: string): boolean {
  return /^0*$/.test(mode);
}
