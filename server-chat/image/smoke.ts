import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createChatClient } from "../client/chat-client.ts";
import { paths } from "../src/contract.ts";

/**
 * What a new image must show before anybody is told of it: a replica of it becomes ready beside a real Redis, says which
 * commit it is, serves its page, and carries a message from one person to another.
 */

export interface SmokeTest {
  /** Where people reach the replica, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Where the cluster does: probes and metrics. */
  readonly adminUrl: string;
  /** What the replica must say that it was built from. */
  readonly commit: string;
  /** For becoming ready, and again for the message. */
  readonly withinMs: number;
  readonly report: (line: string) => void;
}

/** @throws Error that says what did not happen, and what happened instead */
export async function smokeTest({ url, adminUrl, commit, withinMs, report }: SmokeTest): Promise<void> {
  await waitUntilReady(adminUrl, withinMs);
  report("ready");

  await read(`${adminUrl}${paths.healthz}`);
  const metrics = await read(`${adminUrl}${paths.metrics}`);
  if (!metrics.includes("# TYPE ")) throw new Error(`${paths.metrics} has no metric:\n${metrics.slice(0, 500)}`);
  report("alive, with metrics");

  const info = JSON.parse(await read(`${url}/api/info`)) as { readonly commit: string; readonly version: string };
  if (info.commit !== commit) throw new Error(`it was built from ${info.commit}, not from ${commit}`);
  if (!/<html/i.test(await read(`${url}/`))) throw new Error("it serves no page");
  report(`version ${info.version}, commit ${info.commit}, with its page`);

  await sendMessage(url, withinMs);
  report("a message went from one person to another");
}

async function waitUntilReady(adminUrl: string, withinMs: number): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const failure = await read(`${adminUrl}${paths.readyz}`).then(
      () => undefined,
      (error: Error) => error,
    );
    if (failure === undefined) return;
    if (performance.now() > deadline) throw new Error(`not ready after ${withinMs} ms: ${failure.message}`);
    await pause(200);
  }
}

async function read(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
  const body = await response.text();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${body.slice(0, 500)}`);
  return body;
}

/** Ada says something in a room of their own; Ben sees it, and Ada is told that it is stored. */
async function sendMessage(url: string, withinMs: number): Promise<void> {
  const id = randomUUID().slice(0, 8);
  const room = `smoke-${id}`;
  const text = `Is anybody there? ${id}`;
  const ada = createChatClient({ url, credentials: { name: `Ada ${id}` } });
  const ben = createChatClient({ url, credentials: { name: `Ben ${id}` } });
  const seen = new Promise<void>((resolve) => {
    ben.on("message", ({ message }) => message.text === text && resolve());
  });
  const stored = new Promise<void>((resolve, reject) => {
    ada.on("outbox", ({ state, code }) => {
      if (state === "sent") resolve();
      if (state === "failed") reject(new Error(`the message was refused: ${code}`));
    });
  });
  const deadline = new AbortController();
  try {
    for (const client of [ada, ben]) {
      client.join(room);
      client.connect();
    }
    ada.send(room, text);
    const late = pause(withinMs, undefined, deadline).then(() => {
      throw new Error(`no message within ${withinMs} ms; Ada is ${ada.state.name}, Ben is ${ben.state.name}`);
    });
    await Promise.race([Promise.all([seen, stored]), late]);
  } finally {
    deadline.abort();
    ada.stop();
    ben.stop();
  }
}

if (import.meta.main) {
  const [url, adminUrl, commit] = process.argv.slice(2);
  if (url === undefined || adminUrl === undefined || commit === undefined) {
    process.stderr.write("usage: smoke.ts <url> <url of the admin port> <commit>\n");
    process.exit(2);
  }
  const report = (line: string) => void process.stdout.write(`${(performance.now() / 1000).toFixed(1)} s: ${line}\n`);
  try {
    await smokeTest({ url, adminUrl, commit, withinMs: 60_000, report });
  } catch (error) {
    process.stderr.write(`The smoke test failed: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
