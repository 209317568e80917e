import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import { join } from "node:path";
import { secrets } from "server-chat/contract";
import type { TestProject } from "vitest/node";
import { hcloudSecret } from "../charts/hcloud-ccm.ts";
import { argocdNamespace } from "../constructs/argocd-configuration.ts";
import { startAcmeServer } from "./harness/acme-server.ts";
import { createArgoCd } from "./harness/argocd.ts";
import { copyCheckout } from "./harness/checkout-copy.ts";
import { createCluster } from "./harness/cluster.ts";
import { createKube, type Kube } from "./harness/kube.ts";
import { readStrayContacts, startKubeconfigTrap } from "./harness/kubeconfig-trap.ts";
import { readBootstrap } from "./harness/manifests.ts";
import { formatTimes, measure } from "./harness/measured-times.ts";
import { foldersIn, repositoryName } from "./harness/platform.ts";
import { postEvent } from "./harness/push-event.ts";
import { environmentName, renderProduction } from "./harness/rendering.ts";
import { serveCharts } from "./harness/stand-in-charts.ts";
import { recordSync } from "./harness/sync-record.ts";
import { waitUntil } from "./harness/wait-until.ts";

/** From an empty cluster to every Application Synced and Healthy. */
const firstSyncMs = 180_000;
/** Until Argo CD has read the repository for the first time. */
const firstReadMs = 30_000;

/** Addresses of Let's Encrypt that the issuers name; Pebble answers for both. */
const acmeHosts = ["acme-v02.api.letsencrypt.org", "acme-staging-v02.api.letsencrypt.org"];

/**
 * Takes an empty cluster to the running platform, once for all test files: the servers that the environment declares,
 * the repository as it is committed, and nothing applied but what bootstrap/ holds. Whoever starts the suite
 * (`npm run e2e`) gives a folder in E2E_FOLDER and takes the cluster in it down afterwards, whatever happened.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { E2E_CLUSTER: command, E2E_FOLDER: folder } = process.env;
  if (!command || !folder)
    throw new Error("Run `npm run e2e`: it starts this suite with a cluster and cleans up behind it.");
  endWithParent();
  const root = join(import.meta.dirname, "..");
  const folders = foldersIn(folder);
  const rendered = await renderProduction(root);
  const { environment } = rendered;

  // The cluster's binaries are unpacked once, in the real cache: HOME is about to be a trap.
  process.env.XDG_CACHE_HOME ??= join(homedir(), ".cache");
  const trap = await startKubeconfigTrap(folders.trap);
  Object.assign(process.env, trap.variables);

  const cluster = createCluster(command, folders.cluster);
  const variables = await measure(folders.times, "cluster up", () => cluster.up(environment.servers.length));
  const kube = createKube(variables.KUBECONFIG, folders.cluster);
  const webhookSecret = randomBytes(32).toString("hex");
  const argocd = createArgoCd(kube, variables.ARGOCD_SERVER, argocdNamespace, webhookSecret);
  const acme = await startAcmeServer(folders.acme, variables.KUBECONFIG);
  process.once("exit", acme.close);
  process.once("SIGTERM", () => process.exit(143));

  await makeControlPlaneAWorker(kube);
  await shareWebhookSecret(kube, variables.ARGOCD_SERVER, webhookSecret);
  await serveCharts(cluster, root, folders.charts, rendered);
  for (const host of acmeHosts) {
    await cluster.mirror(`https://${host}/directory`, `${acme.url}/dir`);
    await cluster.mirror(`https://${host}`, acme.url);
  }
  const { repository, branch } = environment.git;
  const url = await cluster.createRepository(repositoryName);
  await cluster.mirror(repository, `repo:${repositoryName}`);
  const uncommitted = await copyCheckout(root, folders.copy, url, branch);
  if (uncommitted.length > 0) {
    project.vitest.logger.log(
      `notice: ${uncommitted.length} files differ from the last commit; the suite runs them as they are.`,
    );
  }

  const watching = new AbortController();
  const recorder = await recordSync(kube, argocdNamespace, watching.signal);
  const traefik = await measure(folders.times, "from empty to all Synced and Healthy", async () => {
    await createSecret(kube, "kube-system", hcloudSecret.name, [hcloudSecret.tokenKey, hcloudSecret.networkKey]);
    for (const { object } of readBootstrap(root, environmentName)) await kube.apply(object);
    await waitUntil(`Argo CD reads the branch ${branch} of ${repository}`, rootIsRead, {
      timeoutMs: firstReadMs,
      diagnose: argocd.diagnose,
    });
    const [addresses] = await Promise.all([
      startedTraefik(),
      startedCertManager(),
      createChatSecrets(kube, argocd.diagnose),
      argocd.settle(firstSyncMs),
    ]);
    return addresses;
  });
  watching.abort();

  async function rootIsRead() {
    const status = (await argocd.get("root"))?.status?.sync?.status;
    return status !== undefined && status !== "Unknown";
  }

  function appears(kind: string, namespace: string, name: string) {
    const reference = { apiVersion: kind === "Namespace" ? "v1" : "apps/v1", kind, namespace, name };
    return waitUntil(`${kind} ${name} exists`, () => kube.get(reference), {
      timeoutMs: firstSyncMs,
      diagnose: argocd.diagnose,
    });
  }

  async function startedTraefik() {
    await appears("Deployment", "traefik", "traefik");
    return cluster.startTraefik("traefik");
  }

  async function startedCertManager() {
    await appears("Deployment", "cert-manager", "cert-manager-webhook");
    await cluster.startCertManager();
  }

  project.provide("platform", {
    root,
    folders,
    clusterCommand: command,
    cluster: variables,
    traefik,
    git: { repository, branch },
    webhookSecret,
    syncRecord: recorder.read(),
  });
  return async () => {
    acme.close();
    trap.close();
    const strays = readStrayContacts(folders.trap);
    if (strays.length > 0) throw new Error(`Something talked to the caller's own cluster:\n${strays.join("\n")}`);
    project.vitest.logger.log(`\nMeasured:\n${formatTimes(folders.times)}`);
  };
}

/** Whoever started the suite cleans up behind it; killed, it cannot, and the next run takes this one's cluster down. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || process.exit(143), 1000).unref();
}

/** As the bootstrap of a server does where the control plane runs workloads: no taint, and a load-balancer target. */
async function makeControlPlaneAWorker(kube: Kube): Promise<void> {
  const controlPlane = "node-role.kubernetes.io/control-plane";
  const nodes = await kube.list({ apiVersion: "v1", kind: "Node" }, controlPlane);
  for (const { metadata } of nodes) {
    await kube.patch(
      { apiVersion: "v1", kind: "Node", name: metadata.name },
      {
        metadata: { labels: { "node.kubernetes.io/exclude-from-external-load-balancers": null } },
        spec: { taints: null },
      },
    );
  }
}

/** As docs/how-to/bootstrap.md says. Returns when Argo CD's server has started anew with it. */
async function shareWebhookSecret(kube: Kube, server: string, secret: string): Promise<void> {
  const reference = { apiVersion: "v1", kind: "Secret", namespace: argocdNamespace, name: "argocd-secret" };
  await kube.patch(reference, { stringData: { "webhook.github.secret": secret } });
  const asksForSignature = async () => {
    const response = await postEvent(server, { "x-github-event": "ping" }, "{}").catch(() => undefined);
    return response?.status === 400;
  };
  const diagnose = async () => "It takes events without a signature.";
  await waitUntil("the webhook asks for its secret", asksForSignature, { timeoutMs: firstReadMs, diagnose });
}

/** The Secrets that people bring: the platform's rendering names them and holds none of their content. */
async function createChatSecrets(kube: Kube, diagnose: () => Promise<string>): Promise<void> {
  const namespace = "chat-app";
  const reference = { apiVersion: "v1", kind: "Namespace", name: namespace };
  await waitUntil(`Namespace ${namespace} exists`, () => kube.get(reference), { timeoutMs: firstSyncMs, diagnose });
  for (const { name, key } of Object.values(secrets)) await createSecret(kube, namespace, name, [key]);
}

async function createSecret(kube: Kube, namespace: string, name: string, keys: readonly string[]): Promise<void> {
  const stringData = Object.fromEntries(keys.map((key) => [key, randomBytes(24).toString("hex")]));
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name, namespace }, stringData };
  await kube.create(secret);
}
