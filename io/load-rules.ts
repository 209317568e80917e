import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Rule } from "../checks/rule.ts";
import { UserError } from "../config/user-error.ts";
import { loadModule } from "./load-module.ts";

/** Loads every rule: one file in checks/policy/ is one rule. Throws a UserError for a file that holds none. */
export async function loadRules(root: string): Promise<Rule[]> {
  const names = await readdir(join(root, "checks", "policy"));
  const sources = names.filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts")).sort();
  return Promise.all(sources.map((name) => loadRule(root, `checks/policy/${name}`)));
}

async function loadRule(root: string, source: string): Promise<Rule> {
  const rule = (await loadModule(root, source)).default as Rule | undefined;
  if (typeof rule?.check === "function") return rule;
  throw new UserError(`${source} has no rule as its default export.`, {
    remedy: "Let it end in: export default defineRule({ id, severity, why, fix, check });",
  });
}
