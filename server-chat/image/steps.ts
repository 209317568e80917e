import { chmodSync, copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { bundle } from "../bundle.ts";
import { readLibraries } from "./libraries.ts";

/**
 * The steps of the Dockerfile that need no container engine: everything that the image holds, and nothing else, in one
 * folder, which the last stage copies as its root. They run on any Linux that has the Node to ship.
 */

/** Where things are in the image; the Dockerfile names them too. */
export const imagePaths = { node: "/usr/local/bin/node", server: "/app/server.js" } as const;

/** @param folder empty, or not there yet */
export async function makeImageRoot(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new Error(`${folder} is not empty`);
  copy(process.execPath, join(folder, imagePaths.node));
  // Under the names that the loader looks for; behind most of them is a link.
  for (const library of readLibraries(process.execPath)) copy(library, join(folder, library));
  await bundle(join(folder, dirname(imagePaths.server)));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, 0o755);
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write("usage: steps.ts <folder>, the image's root, empty or not there yet\n");
    process.exit(2);
  }
  await makeImageRoot(folder);
}
