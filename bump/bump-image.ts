import type { Release } from "../config/release.ts";
import { UserError } from "../config/user-error.ts";
import { backOffMs } from "./back-off.ts";
import type { Clone } from "./clone.ts";
import { formatCommitMessage } from "./commit-message.ts";
import { chooseRelease, type Decision, decide } from "./decide.ts";
import type { VerifyImage } from "./image-verifier.ts";
import { formatRecord, parsePast } from "./record.ts";
import type { Request } from "./request.ts";

/** Whoever comes second this often meets something else than a busy minute. */
const maxAttempts = 5;

export type Outcome =
  | Exclude<Decision, { kind: "bump" }>
  | { readonly kind: "bumped"; readonly release: Release; readonly commit: string };

export interface BumpParts {
  readonly image: string;
  readonly recordPath: string;
  readonly runLink: string | null;
  readonly clone: Clone;
  /** The only thing that lets an image in. */
  readonly verify: VerifyImage;
  readonly pause: (durationMs: number) => Promise<void>;
  /** 0 <= x < 1 */
  readonly random: () => number;
  /** Told why an attempt was not the last one. */
  readonly say: (line: string) => void;
}

/**
 * Brings a release into the record on the remote branch, with everything that is rendered from it, in one commit. Every
 * attempt starts from what the remote has at that moment and keeps nothing of the one before.
 *
 * @throws UserError: exit 2 for an image or a rollback that is refused, 1 if the checks refuse the result, 3 if the
 * outside world fails. Nothing was pushed then, or a further run finds it there.
 */
export async function bumpImage(request: Request, parts: BumpParts): Promise<Outcome> {
  const { image, recordPath, runLink, clone, verify, pause, random, say } = parts;
  const rollback = request.kind === "rollback";
  let verified = "";
  for (let attempt = 1; attempt <= maxAttempts; attempt++) {
    const head = await clone.fetch();
    const past = parsePast(recordPath, head.record, head.earlier);
    const release = chooseRelease(request, past);
    const { repository } = past;
    const decision = decide(past, release, { rollback });
    // What changes nothing needs no image: an event that is sent again is a success even if its image is gone by now.
    if (decision.kind !== "bump") {
      await clone.reset(head.commit);
      return decision;
    }
    // The record may name another repository by the next attempt.
    if (verified !== repository) await verify({ repository, release }, { rollback });
    verified = repository;

    await clone.reset(head.commit);
    await clone.writeRecord(formatRecord({ repository, release }));
    await clone.synth();
    await clone.check();
    const commit = await clone.commit(formatCommitMessage({ image, release, rollback, runLink }));
    if ((await clone.push(commit)) === "pushed") {
      if (await clone.remoteHas(commit)) return { kind: "bumped", release, commit };
      throw new UserError(`The remote took commit ${commit} and does not have it.`, {
        remedy: "Somebody moved the branch back, or the remote lost it. Look at its history, then run this again.",
        exitCode: 3,
      });
    }
    if (attempt < maxAttempts) {
      const pauseMs = backOffMs(attempt, random());
      say(`attempt ${attempt} of ${maxAttempts}: another push was first; again in ${pauseMs} ms`);
      await pause(pauseMs);
    }
  }
  throw new UserError(`Another push was first ${maxAttempts} times.`, {
    remedy: "Nothing was pushed. Run it again when the branch is calmer.",
    exitCode: 3,
  });
}
