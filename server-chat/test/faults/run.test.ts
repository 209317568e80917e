import { describe, expect, test } from "vitest";
import { allProperties, checkHistory } from "./checker.ts";
import { missingPrograms } from "./missing-programs.ts";
import { runFaults } from "./run.ts";
import { formatVerdict } from "./verdict.ts";

if (missingPrograms !== undefined) process.stderr.write(`the faults are skipped, ${missingPrograms}\n`);

describe.skipIf(missingPrograms !== undefined)("three nodes and a Redis", () => {
  test("keep their promises while processes die and connections break", async () => {
    const lines: string[] = [];
    const { history, troubles, untried } = await runFaults({
      seed: 4,
      lengthMs: 16_000,
      clients: 10,
      kinds: ["node-kill", "redis-kill", "redis-restore", "bus-drop", "client-cut", "client-reply-lost"],
      brief: true,
      say: (line) => lines.push(line),
    });
    expect(untried).toEqual([]);
    const asked = allProperties.filter((property) => property !== 12);
    const broken = checkHistory(history, asked).filter(({ findings }) => findings.length > 0);
    expect([...broken.map((verdict) => formatVerdict(verdict)), ...troubles], lines.join("\n")).toEqual([]);
  });
});
