import { nameHeldMs } from "../src/protocol/limits.ts";
import { RequestError, type Rest, type Session } from "./rest.ts";
import type { Clock } from "./surroundings.ts";

/** A name, for which tokens are made as they are needed, or a token that somebody else made. */
export type Credentials = { readonly name: string; readonly session?: Session } | { readonly token: string };

/**
 * Renewed this long before it ends, or at nine tenths of a shorter life: with an ended token there is no way back to
 * the same user, who still holds the name.
 */
const renewBeforeMs = 600_000;
const renewalPauseMs = 30_000;
/** Between two attempts for a name that is still kept: each counts as a new user. */
const takenPauseMs = 4_000;
/** Timers of browsers and Node cannot wait for longer. */
const longestTimerMs = 2 ** 31 - 1;

export interface Sessions {
  /** A token that is valid now, renewed if need be. @throws RequestError */
  token(): Promise<string>;
  /** The server did not take the token. False if another one would not help. */
  refused(): boolean;
  /** The server took the token. */
  accepted(): void;
  /** Ends the renewal that goes on by itself. */
  stop(): void;
}

export function createSessions(
  credentials: Credentials,
  parts: { readonly rest: Rest; readonly clock: Clock; readonly changed: (session: Session) => void },
): Sessions {
  if ("token" in credentials) return fixedToken(credentials.token);

  const { name } = credentials;
  const { rest, clock, changed } = parts;
  let session = credentials.session;
  let renewAtMs = session === undefined ? 0 : session.expiresAt - renewBeforeMs;
  let replaced = false;
  /** The server does not take the token, whatever the clock says. */
  let worthless = false;
  /** Until when the name may be kept for the user that this client was. */
  let heldUntilMs: number | undefined;
  let underWay: Promise<Session> | undefined;
  let cancelTimer = () => {};

  const renew = (): Promise<Session> => {
    underWay ??= create().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  async function create(): Promise<Session> {
    session = await rest.createSession(name, session?.token).catch((error: unknown) => {
      if (!mayBeOurs(error)) throw error;
      throw new RequestError({ code: error.code, message: error.message, retry: true, retryAfterMs: takenPauseMs });
    });
    worthless = false;
    heldUntilMs = undefined;
    const lifeMs = session.expiresAt - clock.nowMs();
    const atMs = session.expiresAt - Math.min(renewBeforeMs, lifeMs / 10);
    // A clock by which a fresh token is old is wrong; then the server's word decides alone.
    renewAtMs = lifeMs > 0 ? atMs : Number.POSITIVE_INFINITY;
    changed(session);
    return session;
  }

  /** Whether a name is taken by the user that this client was: to the server who comes with an ended token is another one. */
  function mayBeOurs(error: unknown): error is RequestError {
    if (session === undefined || !(error instanceof RequestError) || error.code !== "name_taken") return false;
    heldUntilMs ??= Math.min(clock.nowMs(), session.expiresAt) + nameHeldMs;
    return clock.nowMs() < heldUntilMs;
  }

  function renewInTime(pauseMs = 0): void {
    cancelTimer();
    const delayMs = Math.max(renewAtMs - clock.nowMs(), pauseMs);
    cancelTimer = clock.after(Math.min(delayMs, longestTimerMs), () => {
      if (clock.nowMs() < renewAtMs) return renewInTime();
      renew().then(
        () => renewInTime(),
        () => renewInTime(renewalPauseMs),
      );
    });
  }

  return {
    async token() {
      if (session !== undefined && clock.nowMs() < renewAtMs) return session.token;
      try {
        return (await renew()).token;
      } catch (error) {
        const isForNow = error instanceof RequestError && error.retry && !worthless;
        if (isForNow && session !== undefined && clock.nowMs() < session.expiresAt) return session.token;
        throw error;
      }
    },
    refused() {
      renewAtMs = 0;
      worthless = true;
      // Keys may have changed since the token was kept; a fresh token that is refused will not get better by asking.
      const another = !replaced;
      replaced = true;
      return another;
    },
    accepted() {
      replaced = false;
      heldUntilMs = undefined;
      renewInTime();
    },
    stop() {
      cancelTimer();
    },
  };
}

function fixedToken(token: string): Sessions {
  let ended = false;
  return {
    async token() {
      if (!ended) return token;
      throw new RequestError({ code: "unauthorized", message: "The token has ended, and no name was given." });
    },
    refused() {
      ended = true;
      return false;
    },
    accepted() {},
    stop() {},
  };
}
