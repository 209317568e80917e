import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { exitCode, UserError } from "../config/user-error.ts";
import type { BenchContext } from "./bench-context.ts";
import { copyCheckout } from "./checkout-copy.ts";
import { measureDiff } from "./diff.ts";
import { formatDiff } from "./diff-report.ts";
import { measureGrowth } from "./growth.ts";
import { formatGrowth, formatStartup } from "./report.ts";
import { measureStartup } from "./startup.ts";

// The program behind `npm run bench`, which checks the options: cli/commands/bench.ts.
const { values: options } = parseArgs({ options: { only: { type: "string" }, json: { type: "boolean" } } });

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interruption.abort());

const root = join(import.meta.dirname, "..");
const folder = mkdtempSync(join(tmpdir(), "platform-bench-"));
const copy = join(folder, "checkout");
try {
  copyCheckout(root, copy);
  const context: BenchContext = {
    root,
    folder,
    copy,
    signal: interruption.signal,
    variables: variablesForBoth(),
    progress: (text) => {
      if (process.stderr.isTTY === true) process.stderr.write(`${text}\n`);
    },
  };
  // Each part is printed as soon as it is measured: it takes a minute, and the next one may fail.
  const print = (text: string) => process.stdout.write(options.json === true ? "" : text);
  const isWanted = (part: string) => options.only === undefined || options.only === part;
  const startup = isWanted("startup") ? await measureStartup(context) : undefined;
  if (startup) print(formatStartup(startup));
  const growth = isWanted("growth") ? await measureGrowth(context) : undefined;
  if (growth) print(formatGrowth(growth));
  const diff = isWanted("diff") ? await measureDiff(context) : undefined;
  if (diff) print(formatDiff(diff));
  if (options.json === true) process.stdout.write(`${JSON.stringify({ startup, growth, diff })}\n`);
} catch (error) {
  process.exitCode = explain(error);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What every measured program gets: this very Node on both sides, and nobody looks for updates. */
function variablesForBoth(): BenchContext["variables"] {
  return {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ""}`,
    CDK8S_CHECK_UPGRADE: "false",
    npm_config_update_notifier: "false",
  };
}

function explain(error: unknown): number {
  if (interruption.signal.aborted) return exitCode.interrupted;
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`${error.message}\n${error.remedy}\n`);
  return error.exitCode;
}
