import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { paths } from "../contract.ts";

/** Container engines give a check a few seconds; an answer that takes longer is none. */
const withinMs = 2_500;

/** Asks the replica on this machine whether it is ready: the image's own probe, as it has no curl. */
export async function askReadiness(port: number): Promise<{ readonly ready: boolean; readonly answer: string }> {
  try {
    const signal = AbortSignal.timeout(withinMs);
    // Not fetch, which refuses some ports that a browser must not reach.
    const request = get({ host: "127.0.0.1", port, path: paths.readyz, signal, agent: false });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    return { ready: response.statusCode === 200, answer: (await text(response)).trim() };
  } catch (error) {
    return { ready: false, answer: `no answer on port ${port}: ${(error as Error).message}` };
  }
}
