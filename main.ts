import { run } from "./cli/run.ts";

// An ambient switch of cdk8s that would reorder every file: the same sources give the same bytes.
delete process.env.CDK8S_DISABLE_SORT;

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interruption.abort());

// Whoever reads through `head` or leaves a pager has read enough; the command ends as it would have.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  root: import.meta.dirname,
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true && process.env.NO_COLOR === undefined,
  signal: interruption.signal,
  nowMs: () => performance.now(),
  variables: process.env,
});
