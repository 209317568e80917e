import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Why a test that needs a program of install-tools.sh is skipped; undefined where it is in PATH. */
export function findMissing(...programs: readonly string[]): string | undefined {
  const missing = programs.filter((program) => !isInPath(program));
  if (missing.length === 0) return undefined;
  return `skipped: ${missing.join(", ")} not in PATH, see test/workflows/install-tools.sh`;
}

function isInPath(program: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
