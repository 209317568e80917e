import { execFileSync } from "node:child_process";
import { missingRedis } from "../redis.ts";

const works = (command: string): boolean => {
  try {
    execFileSync(command, ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

/** What the faults need and is not there, by Debian's names. */
const missing: readonly string[] = [
  ...(missingRedis === undefined ? [] : ["redis-server"]),
  ...["gcc", "faketime"].filter((command) => !works(command)),
];

/** Why nothing can be broken here, or undefined. */
export const missingPrograms: string | undefined =
  missing.length === 0
    ? undefined
    : `not installed: ${missing.join(", ")} (Debian: apt-get install ${missing.join(" ")} libc6-dev)`;
