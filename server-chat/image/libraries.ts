import { execFileSync } from "node:child_process";

/** A program without its libraries does not start, and nothing in an empty image could say why. */
export class MissingLibraryError extends Error {}

/**
 * The files that the dynamic loader opens for a program, itself included, as `ldd` prints them. The kernel's own
 * (`linux-vdso`) has no file.
 *
 * @throws MissingLibraryError when `ldd` did not find one
 */
export function parseLibraries(printed: string): readonly string[] {
  const missing = [...printed.matchAll(/^\s*(\S+) => not found$/gm)].map(([, name]) => name);
  if (missing.length > 0) throw new MissingLibraryError(`not on this machine: ${missing.join(", ")}`);
  const paths = [...printed.matchAll(/^\s*(?:\S+ => )?(\/\S+) \(0x[0-9a-f]+\)$/gm)].map(([, path = ""]) => path);
  return [...new Set(paths)].sort();
}

/** The libraries that a program on this machine needs; none if it is linked statically. */
export function readLibraries(program: string): readonly string[] {
  return parseLibraries(execFileSync("ldd", [program], { encoding: "utf8" }));
}
