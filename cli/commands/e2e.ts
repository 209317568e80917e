import { join } from "node:path";
import { exitCode } from "../../config/user-error.ts";
import { readTestCounts, type TestCounts } from "../../io/read-test-counts.ts";
import { runGroup } from "../../io/run-group.ts";
import { runProgram } from "../../io/run-program.ts";
import { findClusterCommand, openRunFolder, removeRunFolder, stopCluster } from "../../io/test-cluster.ts";
import type { Command, CommandContext } from "../command.ts";

const config = ["--config", "e2e/vitest.config.ts"];

const e2e: Command = {
  name: "e2e",
  summary: "Proves the promises on a real control plane. E2E_CLUSTER names the test cluster's command.",
  options: {},
  async run(context) {
    const { root, signal, variables, stdout, stderr } = context;
    const cluster = findClusterCommand(root, variables);
    if (cluster === undefined) {
      const skipped = await countTests(context);
      stderr("SKIPPED: the end-to-end suite did not run. Nothing of what it proves was proved.\n");
      stderr("It needs a test cluster: set E2E_CLUSTER to its command, or put it at ../shared/cluster/cluster.\n");
      stdout(formatCounts({ passed: 0, failed: 0, skipped }));
      return exitCode.ok;
    }

    const folder = await openRunFolder(cluster, variables);
    const report = join(folder, "report.json");
    const args = ["run", ...config, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    let passed = false;
    try {
      const code = await runGroup(process.execPath, [vitest(root), ...args], {
        cwd: root,
        variables: { ...variables, E2E_CLUSTER: cluster, E2E_FOLDER: folder },
        signal,
      });
      passed = code === 0;
      stdout(formatCounts(readTestCounts(report) ?? { passed: 0, failed: 0, skipped: await countTests(context) }));
    } finally {
      await stopCluster(cluster, folder, variables);
      if (passed || signal.aborted) removeRunFolder(folder);
      else stderr(`The cluster's logs stay in ${join(folder, "cluster", "logs")} until the next run.\n`);
    }
    signal.throwIfAborted();
    return passed ? exitCode.ok : exitCode.findings;
  },
};

export default e2e;

function vitest(root: string): string {
  return join(root, "node_modules", "vitest", "vitest.mjs");
}

/** How many tests the suite has, without running them. */
async function countTests({ root, signal, variables }: CommandContext): Promise<number> {
  const args = [vitest(root), "list", ...config, "--static-parse", "--json"];
  const { output } = await runProgram(process.execPath, args, { cwd: root, variables, signal });
  return (JSON.parse(output) as unknown[]).length;
}

function formatCounts({ passed, failed, skipped }: TestCounts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
