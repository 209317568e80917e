import { spawn } from "node:child_process";
import { mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KubernetesObject } from "../../render/manifest.ts";
import { freePorts } from "./free-ports.ts";
import { readManifests } from "./manifests.ts";
import { waitUntil } from "./wait-until.ts";

/** The way that an event takes from the internet to Argo CD. */
export interface WebhookGateway {
  /** host:port */
  readonly address: string;
  readonly close: () => void;
}

interface Ingress extends KubernetesObject {
  readonly spec: {
    readonly rules: readonly [{ readonly http: { readonly paths: readonly [{ readonly path: string }] } }];
  };
}

/**
 * Starts a Traefik with the path and the middlewares of the webhook's Ingress as they are committed, and Argo CD's server
 * behind it. The one that reads them from the cluster sends requests to pods, and no address here is a pod's.
 */
export async function startWebhookGateway(
  programs: string,
  folder: string,
  root: string,
  environment: string,
  server: string,
): Promise<WebhookGateway> {
  mkdirSync(folder);
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const dynamic = join(folder, "dynamic.yaml");
  // JSON is YAML, and Traefik goes by the name.
  writeFileSync(dynamic, JSON.stringify(configure(root, environment, server)));
  const logFile = join(folder, "traefik.log");
  const log = openSync(logFile, "a");
  const args = [`--entryPoints.web.address=${address}`, `--providers.file.filename=${dynamic}`];
  const program = spawn(join(programs, "traefik"), args, {
    stdio: ["ignore", log, log],
    env: { PATH: process.env.PATH, HOME: folder },
  });
  const answers = async () => {
    if (program.exitCode !== null) throw new Error(`Traefik ended: ${readFileSync(logFile, "utf8")}`);
    return (await fetch(`http://${address}/api/webhook`).catch(() => undefined))?.status === 400;
  };
  await waitUntil("the way to the webhook is open", answers, {
    timeoutMs: 10_000,
    diagnose: async () => readFileSync(logFile, "utf8"),
  });
  return { address, close: () => void program.kill("SIGTERM") };
}

/** Traefik's own configuration of what the Ingress and its middlewares say: they have the same fields there. */
function configure(root: string, environment: string, server: string): object {
  const objects = readManifests(root, environment).map(({ object }) => object);
  const ingress = objects.find(({ kind, metadata }) => kind === "Ingress" && metadata.name === "argocd-webhook") as
    | Ingress
    | undefined;
  const annotation = ingress?.metadata.annotations?.["traefik.ingress.kubernetes.io/router.middlewares"];
  if (!ingress || annotation === undefined) throw new Error("no Ingress with middlewares leads to the webhook");
  const names = annotation.split(",").map((one) => one.replace("@kubernetescrd", ""));
  const middlewares = names.map((name) => {
    const found = objects.find(
      ({ kind, metadata }) => kind === "Middleware" && `${metadata.namespace}-${metadata.name}` === name,
    );
    if (!found) throw new Error(`no Middleware ${name} is rendered`);
    return [name, found.spec] as const;
  });
  const [{ http }] = ingress.spec.rules;
  return {
    http: {
      routers: { webhook: { rule: `Path(\`${http.paths[0].path}\`)`, middlewares: names, service: "argocd" } },
      middlewares: Object.fromEntries(middlewares),
      services: { argocd: { loadBalancer: { servers: [{ url: `http://${server}` }] } } },
    },
  };
}
