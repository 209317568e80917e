import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "yaml";
import { root } from "../production.ts";

export interface Step {
  readonly name: string;
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string | number>>;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

export interface Job {
  readonly name?: string;
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly "runs-on": string;
  readonly "timeout-minutes"?: number;
  readonly permissions?: Readonly<Record<string, "read" | "write">>;
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly string[]>> };
  readonly services?: Readonly<Record<string, { readonly image: string }>>;
  readonly steps: readonly Step[];
}

/** The events that start a workflow, and their filters. */
export type Triggers = Readonly<
  Record<string, { readonly branches?: readonly string[]; readonly paths?: readonly string[] } | null>
>;

export interface Workflow {
  readonly name: string;
  readonly on: Triggers;
  readonly permissions?: object;
  readonly concurrency?: { readonly group: string };
  readonly defaults?: { readonly run?: { readonly shell?: string } };
  readonly env?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
  /** As it is committed, with its comments. */
  readonly text: string;
}

/** Throws if it is not YAML. */
export function parseWorkflow(text: string): Workflow {
  return { ...parse(text), text };
}

/** Every committed workflow by the name of its file, without the extension. */
export const workflows: Readonly<Record<string, Workflow>> = Object.fromEntries(
  globSync(".github/workflows/*", { cwd: root })
    .map((path) => [basename(path, ".yml"), parseWorkflow(readFileSync(join(root, path), "utf8"))] as const)
    .sort(([one], [other]) => (one < other ? -1 : 1)),
);

export function workflow(name: string): Workflow {
  const found = workflows[name];
  if (found === undefined) throw new Error(`there is no .github/workflows/${name}.yml`);
  return found;
}

export function job(of: string, id: string): Job {
  const found = workflow(of).jobs[id];
  if (found === undefined) throw new Error(`${of}.yml has no job ${id}`);
  return found;
}

export function step(of: string, id: string, name: string): Step {
  const found = job(of, id).steps.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${of}.yml has no step "${name}" in the job ${id}`);
  return found;
}

/** How an expression of GitHub's is written. */
export const expression = (text: string): string => `\${{ ${text} }}`;
