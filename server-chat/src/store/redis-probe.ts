import { toStoreError } from "./redis-refusal.ts";
import { StoreError } from "./store.ts";

export interface ProbeParts {
  /** Writes a canary and sends its token around the bus. */
  readonly send: (token: string) => Promise<void>;
  /** The bus' connection now; 0 while there is none. */
  readonly session: () => number;
  /** Called when the bus has not brought a token back. */
  readonly deaf: () => void;
  readonly probeMs: number;
  /** Monotonic ms. */
  readonly now: () => number;
}

/**
 * Finds out by doing whether a message would be stored and heard. A connection can be in order and yet deaf: after a
 * fail-over it may belong to a server that nobody publishes on any more.
 */
export function createProbe({ send, session, deaf, probeMs, now }: ProbeParts) {
  let failure: StoreError | undefined = new StoreError("refused", "down", { cause: new Error("not tried yet") });
  let sent = 0;
  let provenSession = 0;
  let awaited: { readonly token: number; readonly session: number; readonly sinceMs: number } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;
  let closed = false;

  const listen = () => {
    if (awaited === undefined || awaited.session !== session()) awaited = undefined;
    else if (now() - awaited.sinceMs >= probeMs) {
      awaited = undefined;
      deaf();
    }
  };

  const probe = async () => {
    sent += 1;
    const during = session();
    if (during !== 0) awaited ??= { token: sent, session: during, sinceMs: now() };
    try {
      await send(String(sent));
      failure = undefined;
    } catch (error) {
      failure = toStoreError(error);
      awaited = undefined;
    }
  };

  const run = async () => {
    if (closed) return;
    if (running) {
      again = true;
      return;
    }
    running = true;
    clearTimeout(timer);
    listen();
    await probe();
    running = false;
    const pauseMs = again ? 0 : probeMs;
    again = false;
    if (!closed) timer = setTimeout(run, pauseMs);
  };

  return {
    /** Something has changed: looks at once. */
    wake: (): void => void run(),
    heard(token: string): void {
      provenSession = session();
      if (awaited !== undefined && Number(token) >= awaited.token) awaited = undefined;
    },
    /** Why a message would not be stored and heard. */
    problem(): StoreError | undefined {
      if (failure !== undefined) return failure;
      if (session() !== 0 && session() === provenSession) return undefined;
      return new StoreError("refused", "bus", { cause: new Error("the bus has not brought anything back yet") });
    },
    close(): void {
      closed = true;
      clearTimeout(timer);
    },
  };
}
