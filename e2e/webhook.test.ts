import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { PushedCommit } from "./harness/checkout-copy.ts";
import { measure } from "./harness/measured-times.ts";
import { connectPlatform } from "./harness/platform.ts";
import { githubHeaders, postEvent, signEvent, writePushEvent } from "./harness/push-event.ts";
import { environmentName } from "./harness/rendering.ts";
import { waitUntil } from "./harness/wait-until.ts";
import { startWebhookGateway, type WebhookGateway } from "./harness/webhook-gateway.ts";

const platform = connectPlatform();
const { argocd, argocdServer, cluster, copy, folders, git, programs, restore, root, waiting, webhookSecret } = platform;
const app = "storage";
/** Several times what an event takes. */
const quietMs = 2_000;

let gateway: WebhookGateway;
beforeAll(async () => {
  gateway = await startWebhookGateway(programs, folders.gateway, root, environmentName, argocdServer);
});
afterAll(() => gateway?.close());
afterEach(restore);

/** A commit in the app's folder that nobody has told Argo CD of. */
function pushSilently(): Promise<PushedCommit> {
  copy.write(`dist/${environmentName}/${app}/NOTE.txt`, `${performance.now()}\n`);
  return copy.commitAndPush("a note");
}

function seen({ revision }: PushedCommit) {
  const looked = async () => (await argocd.get(app))?.status?.sync?.revision === revision;
  return waitUntil(`${app} has looked at ${revision}`, looked, waiting);
}

/** How often an event made Argo CD look; here it also polls every few seconds. */
async function obeyed(): Promise<number> {
  const lines = (await cluster.log("argocd-server")).split("\n");
  return lines.filter(
    (line) => line.includes('msg="refreshing app from webhook"') && line.includes(` application=${app} `),
  ).length;
}

/** Waits until an event that was sent after `before` was counted has made Argo CD look. */
function obeys(before: number) {
  return waitUntil("Argo CD obeys the event", async () => (await obeyed()) > before, waiting);
}

test("a push event with the right signature lets Argo CD look at the commit at once", async () => {
  const before = await obeyed();
  const commit = await pushSilently();
  const body = writePushEvent(git, commit);
  await measure(folders.times, "push event to Argo CD having looked", async () => {
    const response = await postEvent(gateway.address, githubHeaders(signEvent(webhookSecret, body)), body);
    expect(response.status).toBe(200);
    await seen(commit);
  });
  await obeys(before);
});

interface Event {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A push event of GitLab's, whose secret nobody has set. */
function gitlabEvent(body: string): Event {
  const { repository, ...rest } = JSON.parse(body) as { repository: { html_url: string; default_branch: string } };
  const project = { web_url: repository.html_url, default_branch: repository.default_branch };
  return { headers: { "x-gitlab-event": "Push Hook" }, body: JSON.stringify({ ...rest, project }) };
}

/** Events of people who do not know the secret, made of the body that the git host would sign. */
const forgeries: readonly (readonly [name: string, forge: (body: string) => Event])[] = [
  ["without a signature", (body) => ({ headers: { "x-github-event": "push" }, body })],
  ["with an empty signature", (body) => ({ headers: githubHeaders(""), body })],
  ["signed with another secret", (body) => ({ headers: githubHeaders(signEvent("another", body)), body })],
  [
    "altered after it was signed",
    (body) => ({ headers: githubHeaders(signEvent(webhookSecret, body)), body: `${body} ` }),
  ],
  ["that calls itself one of Gogs", (body) => ({ headers: { "x-gogs-event": "push" }, body })],
  ["that calls itself one of GitLab", gitlabEvent],
];

// Whoever may make Argo CD read git at will can keep it from its work.
test("no forged event gets further than the door", async () => {
  const before = await obeyed();
  const genuine = writePushEvent(git, await pushSilently());
  for (const [name, forge] of forgeries) {
    const { headers, body } = forge(genuine);
    expect((await postEvent(gateway.address, headers, body)).status, `an event ${name}`).toBe(400);
  }
  await sleep(quietMs);
  expect(await obeyed()).toBe(before);

  // Past the door Argo CD obeys such an event: it is the door that stopped it.
  const { headers, body } = gitlabEvent(genuine);
  expect((await postEvent(argocdServer, headers, body)).status).toBe(200);
  await obeys(before);
});
