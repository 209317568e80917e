import { spawn, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createCheckout, type RunOptions, run } from "../../test/checkout.ts";
import { root } from "../../test/production.ts";

/** A cluster whose `up` starts one program that outlives it, and then never ends; `down` stops that program. */
const endlessCluster = `#!/usr/bin/env node
const { spawn } = require("node:child_process");
const { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const [command, ...rest] = process.argv.slice(2);
const folder = rest.at(-1);
if (command === "up") {
  mkdirSync(folder, { recursive: true });
  const program = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { detached: true, stdio: "ignore" });
  writeFileSync(folder + "/pid", String(program.pid));
  setInterval(() => {}, 1000);
} else if (existsSync(folder)) {
  process.kill(Number(readFileSync(folder + "/pid", "utf8")));
  rmSync(folder, { recursive: true });
}
`;

/** A machine that does other things beside, and an init that buries the dead only now and then. */
const patience = { timeout: 60_000 };

/** A temporary folder for runs, and that cluster's command outside it. */
function createWorkplace() {
  const folder = mkdtempSync(join(tmpdir(), "e2e-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [runs, cluster] = [join(folder, "runs"), join(folder, "cluster")];
  mkdirSync(runs);
  writeFileSync(cluster, endlessCluster, { mode: 0o755 });
  return {
    runs,
    variables: { TMPDIR: runs, E2E_CLUSTER: cluster },
    /** The programs of the clusters that are up. */
    programs: (): number[] =>
      readdirSync(runs)
        .map((name) => join(runs, name, "cluster", "pid"))
        .filter((file) => existsSync(file))
        .map((file) => Number(readFileSync(file, "utf8")))
        .filter((pid) => pid > 0),
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function runSuite(options: RunOptions) {
  return run(root, ["node", join(root, "cli", "start.js"), "e2e"], options);
}

// A control plane that nobody stops takes two gigabytes until the next restart of the machine.
test.each(["SIGINT", "SIGTERM"] as const)("%s takes the cluster down and leaves nothing behind", async (signal) => {
  const { runs, programs, variables } = createWorkplace();
  let suite = 0;
  const running = runSuite({ variables, started: (pid) => (suite = pid) });
  await expect.poll(programs, patience).toHaveLength(1);
  const [program = 0] = programs();

  process.kill(suite, signal);

  expect(await running).toMatchObject({ exitCode: 130, stderr: expect.stringContaining("Interrupted") });
  await expect.poll(() => isRunning(program), patience).toBe(false);
  expect(readdirSync(runs)).toEqual([]);
});

test("a run cleans up behind one that was killed, and leaves one that is under way alone", async () => {
  const { runs, programs, variables } = createWorkplace();
  const killed = join(runs, `platform-e2e-${spawnSync(process.execPath, ["--version"]).pid}-x`);
  const underWay = join(runs, `platform-e2e-${process.pid}-x`);
  const leftOver = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
  mkdirSync(join(killed, "cluster"), { recursive: true });
  writeFileSync(join(killed, "cluster", "pid"), String(leftOver.pid));
  mkdirSync(underWay);
  let suite = 0;
  const running = runSuite({ variables, started: (pid) => (suite = pid) });
  await expect.poll(() => existsSync(killed), patience).toBe(false);
  await expect.poll(programs, patience).toHaveLength(1);
  process.kill(suite, "SIGTERM");
  await running;
  expect(leftOver.signalCode).toBe("SIGTERM");
  expect(readdirSync(runs).map((name) => join(runs, name))).toEqual([underWay]);
});

test("without a cluster nothing runs, and it says so aloud", async () => {
  using checkout = createCheckout();
  cpSync(join(root, "e2e"), join(checkout.path, "e2e"), { recursive: true });
  const { exitCode, stdout, stderr } = await checkout.run(["e2e"], { variables: { E2E_CLUSTER: "" } });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^0 passed, 0 failed, [1-9]\d* skipped\n$/);
  expect(stderr).toContain("SKIPPED");
});

test.each([
  ["that does not exist", "cluster-nowhere"],
  ["that cannot be started", "README.md"],
])("a cluster command %s is refused", async (_what, file) => {
  const { exitCode, stderr } = await runSuite({ variables: { E2E_CLUSTER: join(root, file) } });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`E2E_CLUSTER is ${join(root, file)}`);
});
