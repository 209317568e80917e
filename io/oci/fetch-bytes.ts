import { z } from "zod";
import { UserError } from "../../config/user-error.ts";

export interface Request {
  readonly accept?: string;
  readonly maxBytes: number;
}

/** Reads one path of a registry. Null if there is nothing (404); throws a UserError with exit code 3 for any other failure. */
export type FetchBytes = (path: string, request: Request) => Promise<Buffer | null>;

/** Larger tokens exist nowhere; ghcr.io's has some 100 characters. */
const maxTokenBytes = 64 * 1024;
const tokenSchema = z.object({ token: z.string().min(1) });

/**
 * Anonymous reads of one repository, with the token flow of public registries: the first answer is 401 and names the
 * endpoint that gives a token. Source: https://distribution.github.io/distribution/spec/auth/token/
 */
export function createFetchBytes(origin: string, repository: string, signal: AbortSignal): FetchBytes {
  let token: string | undefined;
  const send = (url: string, accept: string) => {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    return fetch(url, { signal, headers: { accept, "accept-encoding": "identity", ...authorization } });
  };
  return async (path, { accept = "*/*", maxBytes }) => {
    const url = `${origin}${path}`;
    try {
      let response = await send(url, accept);
      if (response.status === 401 && token === undefined) {
        const endpoint = tokenEndpoint(response, origin, repository);
        await response.body?.cancel();
        const answer = await send(endpoint, "application/json");
        const text = answer.ok ? await readAtMost(answer, maxTokenBytes) : await refuseAnswer(answer, repository);
        token = tokenSchema.parse(JSON.parse(text.toString())).token;
        response = await send(url, accept);
      }
      if (response.status === 404) {
        await response.body?.cancel();
        return null;
      }
      return response.ok ? await readAtMost(response, maxBytes) : await refuseAnswer(response, repository);
    } catch (error) {
      throw error instanceof UserError ? error : unreadable(url, error);
    }
  };
}

/** The endpoint may only be the registry's own: an answer cannot send us elsewhere. */
function tokenEndpoint(response: Response, origin: string, repository: string): string {
  const challenge = response.headers.get("www-authenticate") ?? "";
  const parameters = new Map([...challenge.matchAll(/([a-z]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const realm = parameters.get("realm") ?? "";
  if (!/^bearer /i.test(challenge) || !URL.canParse(realm) || new URL(realm).origin !== origin)
    throw new Error(`it asks for a login that is not a token of its own: ${challenge.slice(0, 200)}`);
  const endpoint = new URL(realm);
  endpoint.searchParams.set("service", parameters.get("service") ?? "");
  endpoint.searchParams.set("scope", `repository:${repository}:pull`);
  return endpoint.href;
}

async function refuseAnswer(response: Response, repository: string): Promise<never> {
  await response.body?.cancel();
  if (response.status !== 401 && response.status !== 403) throw new Error(`it answered ${response.status}`);
  throw new UserError(`The registry lets nobody read ${repository} without a login (${response.status}).`, {
    remedy:
      "A new package of ghcr.io is private until its owner makes it public: package settings, Change visibility. Nothing was changed.",
    exitCode: 3,
  });
}

async function readAtMost(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new Error(`it answered more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreadable(url: string, error: unknown): UserError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const late = error instanceof Error && error.name === "TimeoutError";
  const reason = late ? "it did not answer in time" : cause instanceof Error ? cause.message : String(cause);
  return new UserError(`${url} could not be read: ${reason}.`, {
    remedy: "Run it again when the registry answers. Nothing was changed.",
    exitCode: 3,
  });
}
