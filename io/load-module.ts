import { join } from "node:path";
import { UserError } from "../config/user-error.ts";

/**
 * Imports a source file of the checkout that people edit, by its path in it. Throws a UserError that names the file and
 * line at fault, which may be another file that this one imports.
 */
export async function loadModule(root: string, source: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(join(root, source))) as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof UserError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const place = locate(error, root);
    const through = place === undefined || place.startsWith(`${source}:`) ? "" : `${place}: `;
    const line = place?.startsWith(`${source}:`) ? place.slice(source.length) : "";
    throw new UserError(`${source}${line} cannot be loaded: ${through}${message}`, {
      remedy: "Correct that file. `npm run check` prints what the type checker says of it.",
    });
  }
}

/** The first place in our own sources that an error names, as `path:line`. A syntax error names its file before the stack. */
function locate(error: unknown, root: string): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  for (const [, path = "", line] of stack.matchAll(/file:\/\/([^\s)]+?):(\d+)/g)) {
    const file = decodeURIComponent(path);
    if (file.startsWith(`${root}/`) && !file.includes("/node_modules/"))
      return `${file.slice(root.length + 1)}:${line}`;
  }
  return undefined;
}
