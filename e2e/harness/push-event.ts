import { createHmac } from "node:crypto";
import type { PushedCommit } from "./checkout-copy.ts";

/** Body of the event by which GitHub tells of a push, as far as Argo CD reads it. */
export function writePushEvent(
  { repository, branch }: { readonly repository: string; readonly branch: string },
  { revision, files }: PushedCommit,
): string {
  return JSON.stringify({
    ref: `refs/heads/${branch}`,
    before: "0".repeat(40),
    after: revision,
    repository: { html_url: repository.replace(/\.git$/, ""), default_branch: branch },
    commits: [{ id: revision, added: [], removed: [], modified: files }],
  });
}

/** GitHub's signature of a body: HMAC with the secret that the webhook and its receiver share. */
export function signEvent(secret: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

/** Posts an event with these headers; `receiver` is host:port. */
export function postEvent(
  receiver: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Response> {
  return fetch(`http://${receiver}/api/webhook`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

/** Headers of a push event of GitHub with a signature. */
export function githubHeaders(signature: string): Record<string, string> {
  return { "x-github-event": "push", "x-hub-signature-256": signature };
}
