import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What `cluster up` prints, as far as the suite reads it. */
export interface ClusterVariables {
  readonly KUBECONFIG: string;
  /** host:port of Argo CD's server: plain HTTP, no login. */
  readonly ARGOCD_SERVER: string;
  readonly CLUSTER_BIN: string;
  readonly CLUSTER_GIT_DIR: string;
}

/** Where the real Traefik listens, by entry point, and its API. */
export interface TraefikAddresses {
  readonly TRAEFIK_WEB: string;
  readonly TRAEFIK_WEBSECURE: string;
  readonly TRAEFIK_API: string;
}

export type Cluster = ReturnType<typeof createCluster>;

/** The test cluster behind the command E2E_CLUSTER, with all its files in `folder`. */
export function createCluster(command: string, folder: string) {
  const beside = dirname(realpathSync(command));

  async function run(...args: string[]): Promise<string> {
    return (await execute(command, [...args, "--dir", folder])).stdout.trim();
  }

  return {
    folder,

    /** Starts a cluster with that many servers. */
    async up(servers: number): Promise<ClusterVariables> {
      return parseVariables(await run("up", "--nodes", String(servers))) as unknown as ClusterVariables;
    },

    /** Makes an empty bare repository; returns the URL that takes pushes. */
    createRepository: (name: string) => run("repo", name),

    /** Puts charts (folders or packages) into the Helm repository. */
    addCharts: async (paths: readonly string[]) => void (await run("chart", ...paths)),

    /** Answers an https address from `repo:NAME`, `charts` or an address on loopback. */
    mirror: async (url: string, target: string) => void (await run("mirror", url, target)),

    /** Variables for a program that is to find the mirrors, and nothing else, under https. */
    mirrorVariables(): Record<string, string> {
      const { ports } = JSON.parse(readFileSync(join(folder, "state.json"), "utf8")) as { ports: { proxy: number } };
      const ca = join(folder, "mirror-pki", "ca.crt");
      return { HTTPS_PROXY: `http://127.0.0.1:${ports.proxy}`, NO_PROXY: "127.0.0.1", SSL_CERT_FILE: ca };
    },

    startCertManager: async () => void (await run("addon", "cert-manager")),

    /** Runs the real Traefik with the arguments and rights of the Deployment of that namespace. */
    async startTraefik(namespace: string): Promise<TraefikAddresses> {
      return parseVariables(await run("addon", "traefik", "--namespace", namespace)) as unknown as TraefikAddresses;
    },

    log: (program: string) => run("logs", program, "-n", "100000"),

    /** A file shipped beside the command, such as `crds/traefik-v3.7.9`. Throws if that cluster has none. */
    shipped(path: string): string {
      const file = join(beside, path);
      if (!existsSync(file))
        throw new Error(`The test cluster ships no ${path}: its version is not the pinned one (config/versions.ts)`);
      return file;
    },
  };
}

function parseVariables(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}
