import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argocdNamespace } from "../../constructs/argocd-configuration.ts";

export interface NotificationsController {
  /** What it complained of. */
  readonly complaints: () => string[];
  readonly close: () => void;
}

/**
 * Starts Argo CD's notifications controller: the cluster has all of Argo CD in one program, and starts no notifications.
 * `variables` lead it to the mirrors.
 */
export function startNotificationsController(
  programs: string,
  folder: string,
  kubeconfig: string,
  variables: Readonly<Record<string, string>>,
): NotificationsController {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "controller.log");
  const log = openSync(file, "a");
  const args = [
    "--kubeconfig",
    kubeconfig,
    "--namespace",
    argocdNamespace,
    "--metrics-port",
    "0",
    "--logformat",
    "json",
  ];
  const program = spawn(join(programs, "argocd"), args, {
    stdio: ["ignore", log, log],
    env: { PATH: process.env.PATH, HOME: folder, ARGOCD_BINARY_NAME: "argocd-notifications", ...variables },
  });
  return {
    complaints: () =>
      readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "" && !line.includes('"level":"info"')),
    close: () => void program.kill("SIGTERM"),
  };
}
