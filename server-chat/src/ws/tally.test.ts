import { Counter, Registry } from "prom-client";
import { expect, test } from "vitest";
import { Tally } from "./tally.ts";

test("what was counted reaches the metric once, at the next flush", async () => {
  const counter = new Counter({ name: "n", help: "h", labelNames: ["result"], registers: [new Registry()] });
  const tally = new Tally<"in" | "out">(counter, "result");
  const values = async () => (await counter.get()).values.map(({ labels, value }) => [labels.result, value]);
  for (let count = 0; count < 3; count++) tally.count("in");
  tally.count("out");
  expect(await values()).toEqual([]);
  tally.flush();
  tally.flush();
  tally.count("in");
  tally.flush();
  expect(await values()).toEqual([
    ["in", 4],
    ["out", 1],
  ]);
});
