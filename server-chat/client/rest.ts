import { type ErrorName, errorCodes } from "../src/protocol/errors.ts";
import type { Answer, ErrorAnswer } from "../src/protocol/rest.ts";
import type { Surroundings } from "./surroundings.ts";

/** Who this client is, and until when. Whoever has the token can speak as that user. */
export type Session = Readonly<Answer<"createSession">>;
export type HistoryPage = Readonly<Answer<"readMessages">>;

/** At most `limit` messages, next to a number, without it. */
export type HistoryRange =
  | { readonly after: number; readonly limit: number }
  | { readonly before: number; readonly limit: number };

/** A request that was refused, or that nobody answered: then the code is `unavailable`. */
export class RequestError extends Error {
  readonly code: ErrorName;
  /** Whether the same request can succeed later. */
  readonly retry: boolean;
  readonly retryAfterMs: number | undefined;
  constructor(refusal: Omit<ErrorAnswer["error"], "retry"> & { readonly retry?: boolean }) {
    super(refusal.message);
    this.code = refusal.code;
    this.retry = refusal.retry ?? errorCodes[refusal.code].duty === "retry";
    this.retryAfterMs = refusal.retryAfterMs;
  }
}

/** A server that is well answers at once; for one that is not, another attempt is better than a longer wait. */
const answerMs = 10_000;

export interface Rest {
  /** A token for a name; with a valid token for the same user again. @throws RequestError */
  createSession(name: string, oldToken?: string): Promise<Session>;
  /** @throws RequestError */
  readMessages(room: string, range: HistoryRange, token: string): Promise<HistoryPage>;
}

export function createRest(origin: string, { fetch, clock }: Pick<Surroundings, "fetch" | "clock">): Rest {
  async function request<Body>(
    [method, path]: readonly ["GET" | "POST", string],
    isAnswer: (answer: unknown) => answer is Body,
    token?: string,
    body?: object,
  ): Promise<Body> {
    const abort = new AbortController();
    const cancel = clock.after(answerMs, () => abort.abort());
    const headers: Record<string, string> = {};
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    if (body !== undefined) headers["content-type"] = "application/json";
    try {
      const response = await fetch(`${origin}${path}`, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: abort.signal,
      });
      const answer: unknown = await response.json().catch(() => undefined);
      if (response.status >= 300) throw new RequestError(readRefusal(response.status, answer));
      if (isAnswer(answer)) return answer;
      throw new RequestError({ code: "unavailable", message: `${method} ${path}: the answer is not the server's` });
    } catch (error) {
      if (error instanceof RequestError) throw error;
      throw new RequestError({ code: "unavailable", message: `${method} ${path}: ${(error as Error).message}` });
    } finally {
      cancel();
    }
  }

  return {
    async createSession(name, oldToken) {
      return request(["POST", "/api/session"], isSession, oldToken, { name });
    },
    async readMessages(room, range, token) {
      const query = Object.entries(range).map(([key, value]) => `${key}=${value}`);
      return request(["GET", `/api/rooms/${room}/messages?${query.join("&")}`], isHistoryPage, token);
    },
  };
}

// A network that wants a login first answers 200 to everything, in words of its own.
function isSession(answer: unknown): answer is Session {
  const { token, user, expiresAt } = (answer ?? {}) as Partial<Session>;
  return typeof token === "string" && typeof user?.id === "string" && typeof expiresAt === "number";
}
function isHistoryPage(answer: unknown): answer is HistoryPage {
  const { epoch, messages } = (answer ?? {}) as Partial<HistoryPage>;
  return typeof epoch === "string" && Array.isArray(messages);
}

/** What the server said. A proxy in front of it answers in words of its own, and then the status is all there is. */
function readRefusal(status: number, answer: unknown): ConstructorParameters<typeof RequestError>[0] {
  const error = (answer as Partial<ErrorAnswer> | undefined)?.error;
  if (error !== undefined && Object.hasOwn(errorCodes, error.code)) return error;
  const retry = status === 429 || status >= 500;
  return { code: retry ? "unavailable" : "bad_request", message: error?.message ?? `status ${status}`, retry };
}
