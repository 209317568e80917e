import { cpSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * Copies the checkout, as it lies there, so that a measurement never touches the person's dist/. Packages are links;
 * what is cached beside them (node_modules/.cache) is not taken over, so the copy begins like a fresh clone.
 */
export function copyCheckout(root: string, copy: string): void {
  // What starts with a dot is of git, of an editor or of a run that was killed.
  for (const entry of readdirSync(root).filter((name) => !name.startsWith(".") && name !== "node_modules")) {
    cpSync(join(root, entry), join(copy, entry), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => basename(path) !== "node_modules",
    });
  }
  mkdirSync(join(copy, "node_modules"));
  for (const entry of readdirSync(join(root, "node_modules")).filter((name) => name !== ".cache")) {
    const path = join(root, "node_modules", entry);
    // A workspace is a relative link, which in the copy leads to the copy's own files.
    symlinkSync(lstatSync(path).isSymbolicLink() ? readlinkSync(path) : path, join(copy, "node_modules", entry));
  }
}
