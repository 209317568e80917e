import { Writable } from "node:stream";
import { pino } from "pino";
import { expect, test } from "vitest";
import { type DrainStep, drain } from "./drain.ts";

function createRun() {
  const lines: { level: number; step: string }[] = [];
  const done: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, next) {
      lines.push(JSON.parse(String(chunk)));
      next();
    },
  });
  const step = (name: string, run: () => Promise<void> | void = () => {}): DrainStep => ({
    name,
    boundMs: 20,
    run: async () => {
      await run();
      done.push(name);
    },
  });
  return { log: pino(stream), lines, done, step };
}

test("the steps of a drain follow each other", async () => {
  const { log, done, step, lines } = createRun();
  await drain([step("sockets", () => new Promise((resolve) => setImmediate(resolve))), step("store")], log);
  expect(done).toEqual(["sockets", "store"]);
  expect(lines.map((line) => line.step)).toEqual(["sockets", "store"]);
});

// Redis may be what is broken; the acknowledgements of others and the exit must not wait for it.
test("a step that fails, at once or later, or never ends, is named in the log and holds nobody up", async () => {
  const { log, done, step, lines } = createRun();
  const fails = () => {
    throw new Error("broken");
  };
  const rejects = () => Promise.reject(new Error("broken"));
  const hangs = () => new Promise<void>(() => {});
  await drain([step("fails", fails), step("rejects", rejects), step("hangs", hangs), step("last")], log);
  expect(done).toEqual(["last"]);
  const warnings = lines.filter(({ level }) => level === pino.levels.values.warn);
  expect(warnings.map((line) => line.step)).toEqual(["fails", "rejects", "hangs"]);
});
