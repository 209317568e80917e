import type { OutboxStorage } from "../client/chat-client.ts";
import type { OutboxEntry } from "../client/outbox.ts";
import type { Session } from "../client/rest.ts";

/** What a reload of this tab must not lose. Other tabs have their own: two people can use one browser. */
interface Kept {
  readonly name?: string;
  readonly rooms?: readonly string[];
  readonly session?: Session;
  readonly outbox?: readonly OutboxEntry[];
}

const key = "chat";

export function readKept(): Kept {
  try {
    return (JSON.parse(sessionStorage.getItem(key) ?? "{}") ?? {}) as Kept;
  } catch {
    // Storage is switched off, or holds what this page did not write.
    return {};
  }
}

export function keep(more: Kept): void {
  try {
    sessionStorage.setItem(key, JSON.stringify({ ...readKept(), ...more }));
  } catch {
    // Full or switched off: then a reload forgets, and nothing else changes.
  }
}

/** Somebody else may sit here next. */
export function forget(): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Switched off: there is nothing to forget.
  }
}

export const keptOutbox: OutboxStorage = {
  load: () => readKept().outbox ?? [],
  save: (outbox) => keep({ outbox }),
};
