import { parseEvent, parsePayload, parseRollback, type Request } from "../../bump/request.ts";
import { imageBuilder } from "../../config/image-builder.ts";
import { parseEnvironments } from "../../config/parse-environments.ts";
import { exitCode, UserError } from "../../config/user-error.ts";
import { loadConfiguration } from "../../io/load-configuration.ts";
import { readRequest } from "../../io/read-request.ts";
import type { Command, CommandContext } from "../command.ts";

const bump: Command = {
  name: "bump",
  summary:
    "Brings a released image into the record and dist/, in one commit that it pushes. BUMP_PAYLOAD or --event says which.",
  options: {
    event: { type: "string", value: "FILE", help: "the event of the image workflow, as GitHub's runner writes it" },
    rollback: {
      type: "string",
      value: "TAG",
      help: "instead of an event: back to a release that the branch recorded before",
    },
  },
  async run(context) {
    const { signal, stderr } = context;
    const request = await readOne(context);
    const git = await readGit(context.root);
    // Nothing of this is loaded for a request that is refused.
    const { bump: run, openClone } = await import("../bump.ts");
    const { createImageVerifier } = await import("../../io/image-verifier.ts");
    const { readTrustRoot } = await import("../../io/trust-root.ts");
    const verify = createImageVerifier({ builder: imageBuilder(git), readTrustRoot, signal });
    try {
      await run(request, context, openClone(context, git.branch), verify);
      return exitCode.ok;
    } catch (error) {
      if (!signal.aborted) throw error;
      stderr("Interrupted: the remote has the whole commit or nothing of it. Run it again.\n");
      return exitCode.interrupted;
    }
  },
};

export default bump;

/** The one request that was made. Two at once could mean two things. */
async function readOne({ options, variables }: CommandContext): Promise<Request> {
  const payload = variables.BUMP_PAYLOAD === "" ? undefined : variables.BUMP_PAYLOAD;
  const [request, ...others] = [
    { text: options.event, parse: async (path: string) => parseEvent(await readRequest(path)) },
    { text: options.rollback, parse: parseRollback },
    { text: payload, parse: parsePayload },
  ].filter(({ text }) => text !== undefined);
  if (typeof request?.text !== "string" || others.length > 0) {
    throw new UserError(`${request === undefined ? "No release was" : "More than one release was"} asked for.`, {
      remedy: "Give one of: --event FILE, --rollback TAG, or the payload in BUMP_PAYLOAD.",
    });
  }
  return request.parse(request.text);
}

async function readGit(root: string) {
  const { environments } = await loadConfiguration(root);
  const [production] = parseEnvironments({ production: environments.production });
  if (production === undefined) throw new Error("the production environment is missing");
  return production.git;
}
