import { join } from "node:path";
import { expect, test } from "vitest";
import type { Rule } from "../checks/rule.ts";
import { loadRules } from "../io/load-rules.ts";
import { formatRulesTable } from "./rules-table.ts";

const root = join(import.meta.dirname, "..");

// A rule that people cannot look up is a riddle when it stops them.
test("docs/reference/rules.md is what the rules say today", async () => {
  const rules = await loadRules(root);
  await expect(formatRulesTable(rules)).toMatchFileSnapshot(join(root, "docs/reference/rules.md"));
});

test("rows are in the order of their ids, and a pipe stays inside its cell", () => {
  const rule = (id: string, why: string): Rule => ({ id, severity: "warning", why, fix: "Mend it.", check: () => [] });
  const rows = formatRulesTable([rule("b", "Either | or."), rule("a", "Always.")])
    .split("\n")
    .filter((line) => line.startsWith("| ["));
  expect(rows).toEqual([
    "| [a](../../checks/policy/a.examples.yaml) | warning | Always. | Mend it. |",
    "| [b](../../checks/policy/b.examples.yaml) | warning | Either \\| or. | Mend it. |",
  ]);
});
