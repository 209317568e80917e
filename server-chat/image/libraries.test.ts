import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { MissingLibraryError, parseLibraries, readLibraries } from "./libraries.ts";

const printed = `
	linux-vdso.so.1 (0x00007f618cc5f000)
	libdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f618cc49000)
	libc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f618c73e000)
	/lib64/ld-linux-x86-64.so.2 (0x00007f618cc61000)
`;

test("the libraries and the loader have a file, the kernel's part has none", () => {
  expect(parseLibraries(printed)).toEqual([
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib/x86_64-linux-gnu/libdl.so.2",
    "/lib64/ld-linux-x86-64.so.2",
  ]);
});

test("a library that is not there ends the build, not the first start of the image", () => {
  expect(() => parseLibraries(`${printed}\tlibatomic.so.1 => not found\n`)).toThrow(MissingLibraryError);
});

test.runIf(process.platform === "linux")(
  "this machine's Node needs its loader and the C library, all of them there",
  () => {
    const libraries = readLibraries(process.execPath);
    expect(libraries).toEqual(
      expect.arrayContaining([expect.stringContaining("/ld-linux"), expect.stringMatching(/\/libc\.so\.6$/)]),
    );
    expect(libraries.filter((path) => !existsSync(path))).toEqual([]);
  },
);
