import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../config/user-error.ts";

/** What a folder of rendered files holds: texts by path relative to the checkout, and what has no place there. */
export interface Tree {
  readonly texts: ReadonlyMap<string, string>;
  /** Symbolic links and other things that are neither file nor folder. Links are never followed. */
  readonly strangers: readonly string[];
}

/** Reads a whole folder; a folder that does not exist is empty. Throws a UserError if `folder` itself is a link. */
export function readTree(root: string, folder: string): Tree {
  const texts = new Map<string, string>();
  const strangers: string[] = [];
  const stat = lstatSync(join(root, folder), { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) {
    throw new UserError(`${folder} is ${stat.isSymbolicLink() ? "a symbolic link" : "not a folder"}.`, {
      remedy: `Remove it: ${folder}/ is a folder of this checkout, written by \`npm run synth\`.`,
    });
  }
  const visit = (path: string): void => {
    for (const entry of readdirSync(join(root, path), { withFileTypes: true })) {
      const inner = `${path}/${entry.name}`;
      if (entry.isDirectory()) visit(inner);
      else if (entry.isFile()) texts.set(inner, readFileSync(join(root, inner), "utf8"));
      else strangers.push(inner);
    }
  };
  if (stat) visit(folder);
  return { texts, strangers: strangers.sort() };
}
