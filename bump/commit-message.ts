import type { Release } from "../config/release.ts";

/** `.invalid` belongs to nobody (RFC 2606): an address at GitHub would name some account as the author. */
export const author = { name: "image bump", email: "image-bump@noreply.invalid" } as const;

export interface Announcement {
  readonly image: string;
  readonly release: Release;
  readonly rollback: boolean;
  /** Of the workflow run that commits; null outside of a workflow. */
  readonly runLink: string | null;
}

/** A conventional commit, with everything that somebody needs who asks what runs and where it comes from. */
export function formatCommitMessage({ image, release, rollback, runLink }: Announcement): string {
  const { tag, digest, revision, runNumber } = release;
  const short = tag.slice(0, "main-".length + 12);
  const subject = rollback ? `roll ${image} back to ${short}` : `${image} ${short}`;
  return [
    `chore(release): ${subject}`,
    "",
    `Tag: ${tag}`,
    `Digest: ${digest}`,
    `Revision: ${revision}`,
    `Run-Number: ${runNumber}`,
    `Run: ${runLink ?? "none, started by hand"}`,
    "",
  ].join("\n");
}

/** The page of the workflow run that these variables of GitHub's runner describe, or null outside of one. */
export function formatRunLink(variables: Readonly<Record<string, string | undefined>>): string | null {
  const link = `${variables.GITHUB_SERVER_URL}/${variables.GITHUB_REPOSITORY}/actions/runs/${variables.GITHUB_RUN_ID}`;
  return /^https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+\/actions\/runs\/\d+$/.test(link) ? link : null;
}
