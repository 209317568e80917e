import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Rule } from "../checks/rule.ts";

/** Loads every rule: one file in checks/policy/ is one rule. */
export async function loadRules(root: string): Promise<Rule[]> {
  const folder = join(root, "checks", "policy");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts")).sort();
  return Promise.all(files.map(async (file) => ((await import(join(folder, file))) as { default: Rule }).default));
}
