import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const contactsFile = "contacts.log";

/** What a test asks for on purpose, to see that the trap is set. */
export const controlPath = "/control";

export interface KubeconfigTrap {
  /** Variables under which every careless program meets the trap: KUBECONFIG, and HOME with .kube/config in it. */
  readonly variables: { readonly KUBECONFIG: string; readonly HOME: string };
  readonly close: () => void;
}

/**
 * An API server that is nobody's cluster and writes down every request. The whole suite runs with KUBECONFIG and HOME
 * pointing at it, as a person's own would, so one forgotten kubeconfig anywhere shows.
 */
export async function startKubeconfigTrap(folder: string): Promise<KubeconfigTrap> {
  mkdirSync(join(folder, ".kube"), { recursive: true });
  writeFileSync(join(folder, contactsFile), "");
  const server = createServer((request, response) => {
    appendFileSync(join(folder, contactsFile), `${request.method} ${request.url}\n`);
    response.writeHead(503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the trap has no port");
  const kubeconfig = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "trap",
    clusters: [{ name: "trap", cluster: { server: `http://127.0.0.1:${address.port}` } }],
    contexts: [{ name: "trap", context: { cluster: "trap", user: "trap" } }],
    users: [{ name: "trap", user: {} }],
  };
  // JSON is YAML. Two files, so that a contact by either way is one.
  const files = { KUBECONFIG: join(folder, "kubeconfig"), inHome: join(folder, ".kube", "config") };
  for (const file of Object.values(files)) writeFileSync(file, JSON.stringify(kubeconfig));
  return { variables: { KUBECONFIG: files.KUBECONFIG, HOME: folder }, close: () => server.close() };
}

/** Every request that met the trap so far, as "GET /path". */
export function readContacts(folder: string): string[] {
  return readFileSync(join(folder, contactsFile), "utf8")
    .split("\n")
    .filter((line) => line !== "");
}

/** Those that no test made on purpose. */
export function readStrayContacts(folder: string): string[] {
  return readContacts(folder).filter((contact) => contact !== `GET ${controlPath}`);
}
