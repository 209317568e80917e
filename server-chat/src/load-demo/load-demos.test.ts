import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, onTestFinished, test, vi } from "vitest";
import { startHttpApp } from "../../test/http-app.ts";
import { createLoadDemos, LoadDemoError } from "./load-demos.ts";
import { busy, fibonacci, hold } from "./work.ts";

test("the work is done: a number computed, a core kept busy, memory held", async () => {
  const { run } = createLoadDemos();
  expect(await run(fibonacci, 20)).toBe(6_765);
  expect(await run(busy, 30)).toBeGreaterThanOrEqual(30);
  expect(await run(hold, { bytes: 1_000_000, forMs: 10 })).toBe(1_000_000);
});

const forever = (_input: number): number => {
  for (;;);
};
const greedy = (step: number): number => {
  for (const held: number[][] = []; ; ) held.push(new Array<number>(step).fill(1.5));
};
const fails = (): number => {
  throw new Error("on purpose");
};

test.each([
  ["never ends", forever, 0],
  ["takes more memory than it may", greedy, 100_000],
  ["fails", fails, 0],
])("work that %s is stopped, and makes room for the next", async (_what, work, input) => {
  const { run } = createLoadDemos({ workers: 1, runMs: 1_000, heapMb: 32 });
  await expect(run(work, input)).rejects.toThrow(LoadDemoError);
  expect(await run(fibonacci, 10)).toBe(55);
});

// The original computed on the event loop, and one request froze the chat of everybody.
test("while all threads are busy other requests are answered, and one more demonstration is told to come back", async () => {
  const flag = new SharedArrayBuffer(4);
  const demos = createLoadDemos({ workers: 2, runMs: 60_000, heapMb: 32 });
  const spin = (shared: SharedArrayBuffer): number => {
    while (Atomics.load(new Int32Array(shared), 0) === 0);
    return 1;
  };
  let started = 0;
  const run = () => {
    started += 1;
    return demos.run(spin, flag) as Promise<never>;
  };
  const app = await startHttpApp({ settings: { loadDemos: true }, parts: () => ({ loadDemos: { run } }) });
  const busyOnes = [1, 2].map(() => app.ask("GET", "/api/cpu"));
  await vi.waitUntil(() => started === 2);
  expect((await app.ask("GET", "/api/fibonacci/1")).body.error.code).toBe("unavailable");
  expect((await app.ask("GET", "/api/info")).status).toBe(200);
  Atomics.store(new Int32Array(flag), 0, 1);
  expect((await Promise.all(busyOnes)).map(({ status }) => status)).toEqual([200, 200]);
});

// The worker runs the source text of the function, which a bundler rewrites.
test("works from a bundle, made small or not", async () => {
  const folder = mkdtempSync(join(tmpdir(), "chat-load-demo-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const minify of [false, true]) {
    const outfile = join(folder, `${minify}.mjs`);
    const contents = `export * from "./load-demos.ts"; export * from "./work.ts";`;
    await build({
      stdin: { contents, resolveDir: import.meta.dirname },
      outfile,
      bundle: true,
      format: "esm",
      platform: "node",
      minify,
    });
    const bundled = (await import(outfile)) as typeof import("./load-demos.ts") & typeof import("./work.ts");
    const { run } = bundled.createLoadDemos();
    expect(await run(bundled.fibonacci, 20)).toBe(6_765);
    expect(await run(bundled.hold, { bytes: 1_000, forMs: 1 })).toBe(1_000);
  }
});
