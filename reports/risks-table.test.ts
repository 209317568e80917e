import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { riskRules } from "./diff/risks.ts";
import { formatRisksTable } from "./risks-table.ts";

const root = join(import.meta.dirname, "..");

// A word in a review that nobody can look up is noise.
test("docs/reference/risks.md is what the risks say today", async () => {
  await expect(formatRisksTable(riskRules)).toMatchFileSnapshot(join(root, "docs/reference/risks.md"));
});

test("every risk is the file of its name", () => {
  expect(riskRules.length).toBeGreaterThan(5);
  for (const { id } of riskRules) expect(existsSync(join(root, `reports/diff/risks/${id}.ts`)), id).toBe(true);
});
