import { expect, onTestFinished, test } from "vitest";
import { parseEvent, parsePayload } from "../../bump/request.ts";
import { startGithubApi } from "./github.ts";
import { createRunner } from "./run-script.ts";
import { job, step, workflow } from "./workflows.ts";

const revision = "5f0c19a7be42d1e88c6a7b3f9e2d4c5a6b7c8d9e";
const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const release = { tag: `main-${revision}`, digest, revision, runNumber: 42 };

async function announce(answer: unknown, env: Readonly<Record<string, string>> = {}) {
  const github = await startGithubApi(() => answer);
  onTestFinished(() => github.stop());
  const { run = "" } = step("image", "announce", "Announce");
  const result = await createRunner(github.url).run(run, {
    GH_TOKEN: "token of the App",
    TARGET: "owner/manifests",
    DIGEST: digest,
    GITHUB_SHA: revision,
    GITHUB_RUN_NUMBER: "42",
    ...env,
  });
  return { ...result, requests: github.requests };
}

// The two ends are in two repositories: what one sends is what the other one accepts.
test("the announcement is an event that the bump accepts", async () => {
  const { exitCode, requests } = await announce(null);
  expect(exitCode).toBe(0);
  expect(requests).toEqual([
    {
      method: "POST",
      path: "repos/owner/manifests/dispatches",
      token: "token of the App",
      body: { event_type: "update-chat-app-image", client_payload: release },
    },
  ]);
  const { event_type: action, client_payload } = requests.map(({ body }) => body as Record<string, unknown>)[0] ?? {};
  expect(parsePayload(JSON.stringify(client_payload))).toEqual({ kind: "event", release });
  // As GitHub hands it to the workflow that starts.
  expect(parseEvent(JSON.stringify({ action, client_payload, sender: {} }))).toEqual({ kind: "event", release });
  expect(workflow("update-image").on.repository_dispatch).toEqual({ types: [action] });
});

// A digest is another job's output. Whatever it were, it is a value.
test("nothing of what is sent is run", async () => {
  const hostile = "\"}}'; touch pwned; $(touch pwned)";
  const { exitCode, requests } = await announce(null, { DIGEST: hostile });
  expect(exitCode).toBe(0);
  const [payload] = requests.map(({ body }) => (body as { readonly client_payload: object }).client_payload);
  expect(payload).toEqual({ ...release, digest: hostile });
  expect(() => parsePayload(JSON.stringify(payload))).toThrow("refused");
});

// A 401 or 404 that leaves the job green is a deployment that nobody misses for days.
test("an announcement that GitHub does not take fails the job", async () => {
  expect(await announce(undefined)).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("404") });
});

test("nothing is announced before the image was started and scanned", () => {
  expect(job("image", "announce").needs).toEqual(["build", "smoke", "scan"]);
  expect(job("image", "smoke").needs).toBe("build");
  expect(job("image", "scan").needs).toBe("build");
  expect(job("image", "build").needs).toBe("test");
  // `always()` and the like would run it although one of them failed.
  for (const one of Object.values(workflow("image").jobs)) expect(one.if).toBeUndefined();
});
