import type { StoreStatus } from "./store/store.ts";

export type Ready = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/**
 * How long the store may fail without a break before a replica that was ready calls itself not ready. All replicas see
 * the same Redis: if each left at once, Traefik would have nobody to send people to while Redis restarts, and their
 * sockets, which resume by themselves, would be cut for nothing. A restart with an append-only file takes seconds.
 */
export const storeGraceMs = 15_000;

/** Above this a replica answers too late to be of use. */
export const maxLoopLagMs = 1_000;

/** Between two looks at the store and at the event loop. */
export const sampleEveryMs = 500;

export interface ReadinessParts {
  readonly store: () => StoreStatus;
  /** Undefined when signing keys are there, else why not. */
  readonly missingKeys: () => string | undefined;
  /** Whether it is known whom to keep out. */
  readonly bansAreRead: () => boolean;
  /** Monotonic ms. */
  readonly now: () => number;
}

export type Readiness = ReturnType<typeof createReadiness>;

/** Decides whether this replica should get people. `sample` wants to be called every `sampleEveryMs`. */
export function createReadiness({ store, missingKeys, bansAreRead, now }: ReadinessParts) {
  let draining = false;
  let wasReady = false;
  let sampledAt = now();
  let lagMs = 0;
  let storeFailsSince: number | undefined;

  const check = (): Ready => {
    const state = judge();
    if (state.ready) wasReady = true;
    return state;
  };

  const judge = (): Ready => {
    if (draining) return no("draining");
    const lateMs = Math.max(lagMs, now() - sampledAt - sampleEveryMs);
    if (lateMs > maxLoopLagMs) return no(`the event loop is ${Math.round(lateMs)} ms late`);
    const keys = missingKeys();
    if (keys !== undefined) return no(`signing keys: ${keys}`);
    return judgeStore();
  };

  const judgeStore = (): Ready => {
    const status = store();
    if (status.ready) {
      storeFailsSince = undefined;
      return bansAreRead() ? { ready: true } : no("bans: not read yet");
    }
    storeFailsSince ??= now();
    const inGrace = wasReady && now() - storeFailsSince < storeGraceMs;
    return inGrace ? { ready: true } : no(`store: ${status.reason}`);
  };

  return {
    check,
    /** Notes how late the event loop is, and since when the store fails. */
    sample(): Ready {
      const at = now();
      lagMs = Math.max(0, at - sampledAt - sampleEveryMs);
      sampledAt = at;
      return check();
    },
    /** Not ready from now on. */
    drain(): void {
      draining = true;
    },
  };
}

const no = (reason: string): Ready => ({ ready: false, reason });
