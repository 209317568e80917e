import { spawn } from "node:child_process";
import { UserError } from "../config/user-error.ts";

export interface GitAnswer {
  readonly exitCode: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface Git {
  /** For a command that may fail. */
  readonly ask: (args: readonly string[], input?: string) => Promise<GitAnswer>;
  /** Resolves to what git prints; throws a UserError with exit code 3 and git's words if it fails. */
  readonly run: (args: readonly string[], input?: string) => Promise<Buffer>;
}

export interface GitOptions {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Ends a running git when it is aborted. */
  readonly signal: AbortSignal;
  /** Who commits, whatever the machine is configured to say; without one nothing is committed. */
  readonly author?: { readonly name: string; readonly email: string };
}

/** Git as a program, without a shell, without questions, in the language whose messages can be read. */
export function createGit({ cwd, variables, signal, author }: GitOptions): Git {
  const env = {
    ...variables,
    LC_ALL: "C",
    GIT_TERMINAL_PROMPT: "0",
    GIT_AUTHOR_NAME: author?.name,
    GIT_AUTHOR_EMAIL: author?.email,
    GIT_COMMITTER_NAME: author?.name,
    GIT_COMMITTER_EMAIL: author?.email,
  };
  // A hook of the clone is somebody's habit for their own commits.
  const fixed = ["-c", "core.hooksPath=/dev/null"];

  const ask: Git["ask"] = (args, input) =>
    new Promise((resolve, reject) => {
      const child = spawn("git", [...fixed, ...args], { cwd, env, signal, stdio: "pipe" });
      const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
      child.stdout.on("data", (chunk: Buffer) => chunks.stdout.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
      // A git that ends early says why itself.
      child.stdin.on("error", () => {});
      child.stdin.end(input);
      child.on("error", (error) => {
        if (!signal.aborted) reject(outside(`git cannot be started: ${error.message}.`));
      });
      child.on("close", (code) => {
        if (signal.aborted) reject(signal.reason);
        const stderr = Buffer.concat(chunks.stderr).toString();
        resolve({ exitCode: code ?? 1, stdout: Buffer.concat(chunks.stdout), stderr });
      });
    });

  return {
    ask,
    async run(args, input) {
      const { exitCode, stdout, stderr } = await ask(args, input);
      if (exitCode !== 0) throw outside(`git ${args[0]} failed: ${`${stderr}${stdout}`.trim()}`);
      return stdout;
    },
  };
}

function outside(message: string): UserError {
  return new UserError(message, {
    remedy: "Mend what git names, then run it again, in a fresh clone if this one is damaged.",
    exitCode: 3,
  });
}

/** Contents of objects such as `<commit>:<path>`, in the order they were asked for; without those that do not exist. */
export async function readObjects(git: Git, names: readonly string[]): Promise<string[]> {
  const answer = await git.run(["cat-file", "--batch"], names.map((name) => `${name}\n`).join(""));
  const texts: string[] = [];
  // Each answer is `<id> <type> <size in bytes>`, a line break, the content and another line break; or `<name> missing`.
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf("\n", at);
    const [, , size] = answer.toString("utf8", at, end).split(" ");
    at = end + 1;
    if (size === undefined) continue;
    texts.push(answer.toString("utf8", at, at + Number(size)));
    at += Number(size) + 1;
  }
  return texts;
}
