import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { parse } from "yaml";
import { freePorts } from "./free-ports.ts";
import { waitUntil } from "./wait-until.ts";

export interface AcmeServer {
  /** Base address on loopback; its directory is at /dir. */
  readonly url: string;
  readonly close: () => void;
}

/**
 * Starts Pebble, Let's Encrypt's small test server (Debian package `pebble`), which believes every challenge.
 * Whoever asks it through a mirror does not check its certificate, so the pair in the cluster's kubeconfig serves.
 */
export async function startAcmeServer(folder: string, kubeconfig: string): Promise<AcmeServer> {
  mkdirSync(folder);
  const file = (name: string) => join(folder, name);
  const { users } = parse(readFileSync(kubeconfig, "utf8")) as {
    users: [{ user: { "client-certificate-data": string; "client-key-data": string } }];
  };
  const { "client-certificate-data": certificate, "client-key-data": key } = users[0].user;
  writeFileSync(file("server.crt"), Buffer.from(certificate, "base64"));
  writeFileSync(file("server.key"), Buffer.from(key, "base64"), { mode: 0o600 });
  const [port = 0, managementPort = 0] = await freePorts(2);
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: file("server.crt"),
    privateKey: file("server.key"),
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: "",
    externalAccountBindingRequired: false,
  };
  writeFileSync(file("pebble.json"), JSON.stringify({ pebble }));
  const log = openSync(file("pebble.log"), "a");
  const program = spawn("pebble", ["-config", file("pebble.json")], {
    stdio: ["ignore", log, log],
    env: { PATH: process.env.PATH, PEBBLE_VA_ALWAYS_VALID: "1", PEBBLE_VA_NOSLEEP: "1", PEBBLE_WFE_NONCEREJECT: "0" },
  });
  let failure: Error | undefined;
  program.on("error", (error) => {
    failure = error;
  });
  const listens = async () => {
    if (failure || program.exitCode !== null)
      throw new Error(`pebble ended: ${failure?.message ?? readFileSync(file("pebble.log"), "utf8")}`);
    return accepts(port);
  };
  await waitUntil("Pebble listens", listens, {
    timeoutMs: 10_000,
    diagnose: async () => readFileSync(file("pebble.log"), "utf8"),
  });
  return { url: `https://127.0.0.1:${port}`, close: () => stop(program) };
}

function stop(program: ChildProcess): void {
  program.kill("SIGTERM");
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}
