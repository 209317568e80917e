import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { UserError } from "../config/user-error.ts";
import { runProgram } from "./run-program.ts";

const prefix = "platform-e2e-";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The command that starts test clusters: E2E_CLUSTER, else the one beside the checkout. Undefined if there is none.
 * Throws a UserError if E2E_CLUSTER names a file that cannot be started.
 */
export function findClusterCommand(root: string, { E2E_CLUSTER: given }: Variables): string | undefined {
  if (given) {
    if (isProgram(given)) return resolve(given);
    throw new UserError(`E2E_CLUSTER is ${given}, which is not a program.`, {
      remedy: "Give the path of the test cluster's command, or leave the variable out.",
    });
  }
  const beside = join(root, "..", "shared", "cluster", "cluster");
  return existsSync(beside) ? beside : undefined;
}

/** Makes a fresh folder for one run, after removing what runs that were killed have left behind, clusters included. */
export async function openRunFolder(command: string, variables: Variables): Promise<string> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(prefix))) {
    if (!isRunning(Number(name.slice(prefix.length).split("-")[0]))) {
      await stopCluster(command, join(tmpdir(), name), variables);
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
  return mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Stops every program of the run's cluster; only its logs stay. Does nothing if none was started. */
export async function stopCluster(command: string, folder: string, variables: Variables): Promise<void> {
  // An interruption of the run does not interrupt the cleaning up.
  const { signal } = new AbortController();
  const { exitCode, output } = await runProgram(command, ["down", "--dir", join(folder, "cluster")], {
    cwd: folder,
    variables,
    signal,
  });
  if (exitCode !== 0) {
    throw new UserError(`The test cluster in ${folder} could not be stopped: ${output.trim()}`, {
      remedy: `Run: ${command} down --dir ${join(folder, "cluster")}`,
      exitCode: 3,
    });
  }
}

export function removeRunFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    return Number.isInteger(pid) && process.kill(pid, 0);
  } catch {
    return false;
  }
}
