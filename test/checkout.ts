import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { readTree } from "../io/read-tree.ts";
import { root } from "./production.ts";

/** What a command has no need of; node_modules is linked. */
const left = new Set([".git", "bench", "docs", "e2e", "node_modules"]);

export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly variables?: Record<string, string>;
  /** Shell words before the command, such as `umask 077;`. */
  readonly before?: string;
  /** User and group to run as, when the test runs as root: root may write everywhere. */
  readonly id?: number;
  /** Called with the running process, to interrupt it. */
  readonly started?: (pid: number) => void;
  /** Called with what it prints, while it runs. */
  readonly printed?: (text: string) => void;
}

/** A copy of this checkout in a temporary folder, to break and to run commands in. */
export interface Checkout {
  readonly path: string;
  readonly run: (args: readonly string[], options?: RunOptions) => Promise<Run>;
  /** Every rendered file by path. */
  readonly rendered: () => ReadonlyMap<string, string>;
  readonly [Symbol.dispose]: () => void;
}

export function createCheckout(): Checkout {
  const path = mkdtempSync(join(tmpdir(), "platform-test-"));
  copyCheckout(path);
  linkPackages(path);
  return {
    path,
    run: (args, options = {}) => runCommand(path, args, options),
    rendered: () => new Map([...readTree(path, "dist").texts, ...readTree(path, "bootstrap").texts]),
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Copies this checkout, without its packages and without some folders of it. */
export function copyCheckout(path: string, without: readonly string[] = []): void {
  const others = new Set([...left, ...without]);
  for (const entry of readdirSync(root).filter((name) => !others.has(name) && !name.startsWith(".dist-")))
    cpSync(join(root, entry), join(path, entry), {
      recursive: true,
      // A benchmark's own packages are more files than everything else.
      filter: (source) => basename(source) !== "node_modules",
    });
}

/** Gives a copy the packages of this checkout. */
export function linkPackages(path: string): void {
  symlinkSync(join(root, "node_modules"), join(path, "node_modules"));
}

/** Runs a command of the copy's own code. */
export function runCommand(path: string, args: readonly string[], options: RunOptions = {}): Promise<Run> {
  return run(path, ["node", join(path, "cli", "start.js"), ...args], options);
}

/** Runs words in a shell with this project's programs first in PATH. */
export function run(path: string, words: readonly string[], options: RunOptions): Promise<Run> {
  const { cwd = path, variables = {}, before = "", id, started, printed } = options;
  return new Promise((resolve, reject) => {
    const bin = join(root, "node_modules", ".bin");
    const child = spawn("sh", ["-c", `${before} exec "$@"`, "sh", ...words], {
      cwd,
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
      ...(id === undefined ? {} : { uid: id, gid: id }),
    });
    const text = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].on("data", (chunk: Buffer) => {
        text[name] += chunk.toString();
        printed?.(chunk.toString());
      });
    }
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, ...text }));
    if (child.pid !== undefined) started?.(child.pid);
  });
}

/** Adds a chart that runs `body` while it is rendered. */
export function plant(checkout: Checkout, body: string): void {
  writeFileSync(
    join(checkout.path, "charts", "planted.ts"),
    `import { defineApp } from "../constructs/app.ts";
import { KubeConfigMap } from "../imports/k8s.ts";
export default defineApp({ name: "planted", namespace: "chat-app", summary: "planted by a test", dependsOn: [],
  render(chart) {
    new KubeConfigMap(chart, "config", { metadata: { name: "planted" } });
    ${body}
  },
});
`,
  );
}
