import type { Job, Step, Workflow } from "./workflows.ts";

const appToken = "actions/create-github-app-token@";

/** What a workflow may not do, found in its file. Each fault names the place and the reason. */
export function findFaults(workflow: Workflow): string[] {
  const { text, jobs } = workflow;
  const faults = [];
  const opening = /^(?:#.*\n)+/.exec(text)?.[0] ?? "";
  if (!opening.startsWith("# Why: ")) faults.push("it does not open with why it exists");
  if (!opening.includes("\n# Permissions: ")) faults.push("it does not open with why it has its permissions");
  if (JSON.stringify(workflow.permissions) !== "{}") faults.push("a job without permissions of its own has some");
  if (workflow.concurrency === undefined) faults.push("nothing says which of its runs may overlap");
  // Without it GitHub's shell has no pipefail, and a failure in front of a pipe goes unseen.
  if (workflow.defaults?.run?.shell !== "bash") faults.push("a failure in front of a pipe goes unseen");
  if ("pull_request_target" in workflow.on) faults.push("pull_request_target gives a stranger's code our rights");
  for (const [id, job] of Object.entries(jobs)) {
    faults.push(...findJobFaults(job, text).map((fault) => `${id}: ${fault}`));
    for (const step of job.steps)
      faults.push(...findStepFaults(step, text).map((fault) => `${id}, ${step.name}: ${fault}`));
  }
  return faults;
}

function findJobFaults(job: Job, text: string): string[] {
  const faults = [];
  if (job.permissions === undefined) faults.push("it does not say its permissions");
  for (const [right, level] of Object.entries(job.permissions ?? {})) {
    if (!new RegExp(`^ {6}${right}: ${level} # to .+`, "m").test(text)) faults.push(`no reason for ${right}: ${level}`);
  }
  // GitHub's own limit is six hours.
  if (!((job["timeout-minutes"] ?? Number.POSITIVE_INFINITY) <= 30))
    faults.push("it may run for longer than 30 minutes");
  const runners = job.strategy?.matrix.runner ?? [job["runs-on"]];
  if (!runners.every((runner) => /^ubuntu-\d+\.\d+(-arm)?$/.test(runner)))
    faults.push("its runner may change by itself");
  // Only what stands in an environment can be kept from other branches than main.
  const usesSecrets = JSON.stringify(job).includes("secrets.");
  if (usesSecrets && job.environment === undefined) faults.push("its secrets are not in an environment");
  return faults;
}

function findStepFaults(step: Step, text: string): string[] {
  const faults = [];
  const { name, uses, run, with: inputs = {} } = step;
  if (name === undefined) faults.push("it has no name");
  // Text that GitHub puts into a script is code; the same text in a variable is a value.
  if (run?.includes("${{")) faults.push("an expression is written into the script");
  if (uses !== undefined) {
    if (!/^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)) faults.push("the action is not pinned by its commit");
    if (!new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+$`, "m").test(text))
      faults.push("nothing says which version that is");
    if (uses.startsWith("actions/checkout@") && inputs["persist-credentials"] !== false)
      faults.push("a token stays on disk for every later step");
    if (uses.startsWith(appToken)) {
      if (!Object.keys(inputs).some((input) => input.startsWith("permission-")))
        faults.push("the App's token has all its rights");
      if ("owner" in inputs && !("repositories" in inputs)) faults.push("the App's token is for every repository");
    }
  }
  return faults;
}
