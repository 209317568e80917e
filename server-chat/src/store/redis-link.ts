import type { Log } from "../log.ts";
import type { RedisClient } from "./redis-clients.ts";
import { toStoreError } from "./redis-refusal.ts";
import type { RedisTiming } from "./redis-timing.ts";
import { StoreError } from "./store.ts";

export interface LinkParts<C extends RedisClient> {
  /** For the log. */
  readonly name: string;
  /** Makes a client, which connects at once and never again after its connection ended. */
  readonly connect: () => C;
  /** Throws if the client is of no use; a new one is tried later. */
  readonly prepare: (client: C) => Promise<void>;
  /** Told each time when a client is usable. */
  readonly usable: () => void;
  readonly log: Log;
  readonly timing: RedisTiming;
  readonly random: () => number;
}

/** A connection that is made again for ever, one client after the other, with growing, jittered pauses. */
export interface Link<C extends RedisClient> {
  /** @throws StoreError `refused` while there is no usable client */
  client(): C;
  /** Why there is no usable client. */
  problem(): StoreError | undefined;
  /** Gives the usable client up and connects anew; nothing happens if it is another one than `whose` by now. */
  drop(why: StoreError, whose?: C): void;
  close(): void;
}

export function createLink<C extends RedisClient>(parts: LinkParts<C>): Link<C> {
  const { timing, log, name } = parts;
  let failures = 0;
  let client: C | undefined;
  let problem: StoreError | undefined = new StoreError("refused", "down", { cause: new Error("not connected yet") });
  let giveUp: (why: StoreError) => void;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const open = () => {
    const attempt = parts.connect();
    let lastError: unknown;
    let over = false;
    giveUp = (why) => {
      if (over) return;
      over = true;
      clearTimeout(timer);
      client = undefined;
      attempt.disconnect();
      fail(why);
    };
    timer = setTimeout(() => giveUp(failure(new Error("no usable connection in time"))), timing.connectMs);
    const note = (error: unknown) => {
      lastError = (error as { readonly lastNodeError?: unknown }).lastNodeError ?? error;
    };
    attempt.on("error", note);
    attempt.on("node error", note);
    attempt.once("end", () => giveUp(failure(lastError ?? new Error("the connection ended"))));
    attempt.once("ready", () => {
      parts.prepare(attempt).then(
        () => {
          if (!over) succeed(attempt);
        },
        (error: unknown) => giveUp(failure(error)),
      );
    });
  };

  const succeed = (usable: C) => {
    clearTimeout(timer);
    failures = 0;
    client = usable;
    problem = undefined;
    log.info({ link: name }, "connected to Redis");
    parts.usable();
  };

  const fail = (why: StoreError) => {
    if (closed) return;
    const reason = describe(why);
    if (problem === undefined || describe(problem) !== reason)
      log.warn({ link: name, reason }, "no connection to Redis");
    problem = why;
    const { first, most } = timing.retryMs;
    const pauseMs = Math.min(most, first * 2 ** failures) * (0.5 + parts.random() / 2);
    failures += 1;
    timer = setTimeout(open, pauseMs);
  };

  open();
  return {
    client() {
      if (client === undefined) throw problem;
      return client;
    },
    problem: () => problem,
    drop(why, whose = client) {
      if (client !== undefined && whose === client) giveUp(why);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      giveUp(new StoreError("refused", "closed"));
      problem = new StoreError("refused", "closed");
    },
  };
}

/** Whatever ended a connection, what comes after is refused. */
function failure(error: unknown): StoreError {
  const { outcome, reason, cause } = toStoreError(error);
  return new StoreError("refused", outcome === "refused" ? reason : "down", { cause });
}

/** In words, for people. */
export const describe = ({ cause, reason }: StoreError): string => (cause instanceof Error ? cause.message : reason);
