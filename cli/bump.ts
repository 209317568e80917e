import { setTimeout as wait } from "node:timers/promises";
import { bumpImage } from "../bump/bump-image.ts";
import type { Clone } from "../bump/clone.ts";
import { author, formatRunLink } from "../bump/commit-message.ts";
import type { VerifyImage } from "../bump/image-verifier.ts";
import type { Request } from "../bump/request.ts";
import { releasedImages } from "../config/pins.ts";
import { type CheckedOutCode, createCheckedOutCode } from "../io/checked-out-code.ts";
import { createGit } from "../io/git.ts";
import { createReleaseClone } from "../io/release-clone.ts";
import type { CommandContext } from "./command.ts";
import { renderedFolders } from "./rendered-folders.ts";

const [image] = releasedImages;
const recordPath = `config/images/${image}.json`;

/** The checkout of a command as the clone that a bump works in. */
export function openClone(context: CommandContext, branch: string, code: CheckedOutCode = openCode(context)): Clone {
  const { root, variables, signal } = context;
  const git = createGit({ cwd: root, variables, signal, author });
  return createReleaseClone({ root, git, code, branch, recordPath, rendered: renderedFolders });
}

/** The code of the branch runs without what git needs to push. */
export function openCode({ root, variables, signal }: CommandContext): CheckedOutCode {
  const harmless = Object.entries(variables).filter(
    ([name]) => name !== "PUSH_TOKEN" && !name.startsWith("GIT_CONFIG_"),
  );
  return createCheckedOutCode(root, { variables: Object.fromEntries(harmless), signal });
}

/** Bumps and prints what came of it. */
export async function bump(
  request: Request,
  context: CommandContext,
  clone: Clone,
  verify: VerifyImage,
): Promise<void> {
  const { variables, signal, stdout, stderr } = context;
  const outcome = await bumpImage(request, {
    image,
    recordPath,
    runLink: formatRunLink(variables),
    clone,
    verify,
    pause: (durationMs) => wait(durationMs, undefined, { signal }),
    random: Math.random,
    say: (line) => stderr(`${line}\n`),
  });
  stdout(
    outcome.kind === "bumped"
      ? `bumped: ${image} is ${outcome.release.tag} of run ${outcome.release.runNumber}, by commit ${outcome.commit}\n`
      : `${outcome.kind}: ${outcome.reason}; nothing to do\n`,
  );
}
