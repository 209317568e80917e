/** What the client needs from where it runs. Browsers and Node 24 have all of it; tests turn the clock and the dice. */
export interface Surroundings {
  readonly WebSocket: SocketConstructor;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** A number from 0 up to 1. */
  readonly random: () => number;
  /** A UUID in lower case, never made before. */
  readonly createId: () => string;
  /** Calls back when the network may have come or gone; returns how to stop. */
  readonly watchNetwork: (changed: () => void) => () => void;
}

export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls back once; returns how to cancel. */
  after(delayMs: number, callback: () => void): () => void;
}

/** As much of a WebSocket as browsers, Node and the package `ws` have in common. */
export interface Socket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open" | "message" | "close" | "error", listener: (event: SocketEvent) => void): void;
}
/** `data` comes with a message, `code` and `reason` with the close. */
export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
}
export type SocketConstructor = new (url: string, protocol: string) => Socket;

export type Fetch = (
  url: string,
  init: { method: string; headers: Record<string, string>; body?: string; signal: AbortSignal },
) => Promise<{ readonly status: number; json(): Promise<unknown> }>;

/** The real ones of a browser or of Node. */
export const surroundings = (): Surroundings => ({
  WebSocket: globalThis.WebSocket,
  fetch: (url, init) => fetch(url, init),
  clock: {
    nowMs: () => Date.now(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  },
  random: Math.random,
  createId,
  watchNetwork: watchBrowser,
});

interface RandomSource {
  randomUUID?(): string;
  getRandomValues(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
}

/** Pages without TLS have no `crypto.randomUUID`, but they have random bytes. */
export function createId(source: RandomSource = crypto): string {
  if (source.randomUUID !== undefined) return source.randomUUID();
  const bytes = source.getRandomValues(new Uint8Array(16));
  // RFC 9562, section 5.4: four bits of version, two of variant.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A browser says when it goes on or off line; Node does not, and finds out by silence. */
function watchBrowser(changed: () => void): () => void {
  const target: Partial<Pick<EventTarget, "addEventListener" | "removeEventListener">> = globalThis as object;
  if (target.addEventListener === undefined) return () => {};
  const types = ["online", "offline"];
  for (const type of types) target.addEventListener(type, changed);
  return () => {
    for (const type of types) target.removeEventListener?.(type, changed);
  };
}
