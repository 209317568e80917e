import { readFileSync } from "node:fs";

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Reads the counts out of the report that vitest's JSON reporter wrote; undefined if the run ended before there was one. */
export function readTestCounts(file: string): TestCounts | undefined {
  try {
    const report = JSON.parse(readFileSync(file, "utf8")) as Record<
      "numPassedTests" | "numFailedTests" | "numPendingTests",
      number
    >;
    return { passed: report.numPassedTests, failed: report.numFailedTests, skipped: report.numPendingTests };
  } catch {
    return undefined;
  }
}
