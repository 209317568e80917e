import { describeIssues } from "../config/issues.ts";
import { type ReleaseRecord, releaseRecordSchema } from "../config/pins.ts";
import type { Release } from "../config/release.ts";
import { UserError } from "../config/user-error.ts";

/** What the branch says of an image. */
export interface Past {
  readonly repository: string;
  /** What it records now; null before the first release. */
  readonly recorded: Release | null;
  /** Every release that it has ever recorded, the latest commit first. */
  readonly releases: readonly Release[];
}

/**
 * Reads the release record of a commit and those of its history.
 *
 * @param path of the record, for messages
 * @param text of the record in the commit itself
 * @param earlier texts, the latest first
 * @throws UserError if the commit's own record is missing or wrong; of earlier ones only the good ones count
 */
export function parsePast(path: string, text: string | undefined, earlier: readonly string[]): Past {
  const now = releaseRecordSchema.safeParse(parseJson(text), { reportInput: true });
  if (!now.success) {
    throw new UserError(
      `The release record on the branch has faults:\n  ${describeIssues(path, now.error).join("\n  ")}`,
      {
        remedy:
          'Restore the last good one from git. It holds {"repository": ..., "release": null} before the first release.',
      },
    );
  }
  const records = earlier.map((one) => releaseRecordSchema.safeParse(parseJson(one)).data);
  const releases = [now.data, ...records].flatMap((record) => record?.release ?? []);
  return { repository: now.data.repository, recorded: now.data.release, releases };
}

/** The record as it is committed: the linter's own form, so that nothing but a release changes a byte. */
export function formatRecord(record: ReleaseRecord): string {
  return `${JSON.stringify(record, null, 2)}\n`;
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
