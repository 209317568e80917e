import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Makes a project in `folder` whose script `floor` does nothing but this: what npm and Node alone take. */
export function prepareFloor(folder: string, source: string, checkout: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, scripts: { floor: "node floor.mjs" } }));
  writeFileSync(join(folder, "floor.mjs"), source);
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
}
