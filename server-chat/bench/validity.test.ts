import { expect, test } from "vitest";
import { cores } from "./bench-context.ts";
import { backlogGrowth, isHeld } from "./held.ts";
import type { CutResult, Flow, Jitter, Opened } from "./load/commands.ts";
import { crowdVoids, jitterVoids, stormVoids, voidReasons } from "./validity.ts";

const percentiles = { samples: 1_000, p50Ms: 1, p99Ms: 2, highestMs: 3 };

/** A server that had no trouble. */
const well: Flow = {
  clients: 10,
  rate: 100,
  gaveUp: false,
  sent: 1_000,
  plannedMs: 10_000,
  sendingMs: 10_001,
  drainingMs: 3,
  delivered: 10_000,
  acknowledged: 1_000,
  violations: [],
  failures: [],
  latency: percentiles,
  acknowledgement: percentiles,
  backlog: Array.from({ length: 100 }, (_, index) => (index % 7) * 10),
  backlogEveryMs: 100,
  use: { elapsedMs: 10_000, cpuMs: 5_000, busy: [0.5, 0.5] },
  deliveries: 10_000,
};

test("a run in which all is well is valid, and held", () => {
  expect(voidReasons(well)).toEqual([]);
  expect(isHeld(well)).toBe(true);
});

// Each of these would make a server look better than it is.
test("a run that measured something else is void, and says why", () => {
  const busy = [0.5, 0.5];
  busy[cores.load] = 0.91;
  const broken: readonly (readonly [Partial<Flow>, string])[] = [
    [{ delivered: 9_999 }, "9999 of 10000 deliveries"],
    [{ delivered: 10_051 }, "10051 of 10000 deliveries"],
    [{ acknowledged: 999 }, "999 of 1000 acknowledgements"],
    [{ violations: ["message 7 was delivered twice"] }, "delivered twice"],
    [{ failures: ["closed with 4008 slow"] }, "4008"],
    [{ sent: 0, delivered: 0, acknowledged: 0 }, "nothing was sent"],
    [{ sendingMs: 15_001 }, "too slowly"],
    [{ use: { ...well.use, busy } }, "91 %"],
  ];
  for (const [change, reason] of broken) expect(voidReasons({ ...well, ...change }).join()).toContain(reason);
});

const opened: Opened = { opened: 10, failed: 0, failures: [], elapsedMs: 900, busy: [0.5, 0.5], use: well.use };
const cuts: CutResult = { cuts: 5, recovered: 5, fromReopened: percentiles, fromRestored: percentiles };
const jitter: Jitter = {
  acknowledged: true,
  expected: 100,
  delivered: 100,
  wrong: 0,
  stuck: 0,
  firstBytes: 1,
  laterBytes: 1,
  use: well.use,
  clean: cuts,
  halfOpen: cuts,
};

test("whoever only comes, or comes back, is not measured by a load without time either", () => {
  const busy = [0.5, 0.5];
  busy[cores.load] = 0.91;
  for (const voidsOf of [crowdVoids, stormVoids]) {
    expect(voidsOf(opened)).toEqual([]);
    // In the quiet time after them the load is idle, and would look as if it had had time before.
    expect(voidsOf({ ...opened, busy }).join()).toContain("91 %");
    expect(voidsOf({ ...opened, opened: 0, failed: 10, failures: ["refused"] }).join()).toContain("refused");
  }
  expect(jitterVoids(jitter)).toEqual([]);
  expect(jitterVoids({ ...jitter, use: { ...jitter.use, busy } }).join()).toContain("91 %");
  expect(jitterVoids({ ...jitter, acknowledged: false }).join()).toContain("not acknowledged");
  expect(jitterVoids({ ...jitter, halfOpen: { ...cuts, cuts: 0 } }).join()).toContain("nothing was cut");
});

test("a backlog that grows is measured as a share of what is due", () => {
  // 1,000 deliveries are due a second, of which 50 stay undone.
  const growing = Array.from({ length: 100 }, (_, index) => 30 + index * 5);
  expect(backlogGrowth({ ...well, backlog: growing })).toBeCloseTo(0.05);
  expect(isHeld({ ...well, backlog: growing })).toBe(false);
});

test("a rate that was given up, or left much to do, is not held", () => {
  expect(isHeld({ ...well, gaveUp: true })).toBe(false);
  expect(isHeld({ ...well, drainingMs: 1_001 })).toBe(false);
  expect(isHeld({ ...well, backlog: [] })).toBe(false);
});
