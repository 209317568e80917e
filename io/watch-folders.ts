import { watch } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** Editors write a file in several steps; one change is what settles within this time. */
const settleMs = 60;

/** Yields at once, and again after every change in the folders, until the signal aborts. Changes in between are one. */
export async function* changes(root: string, folders: readonly string[], signal: AbortSignal): AsyncGenerator<void> {
  let changed = true;
  let wake: (() => void) | undefined;
  const notice = () => {
    changed = true;
    wake?.();
  };
  const watchers = folders.map((folder) => watch(join(root, folder), { recursive: true }, notice));
  signal.addEventListener("abort", notice, { once: true });
  try {
    while (!signal.aborted) {
      if (!changed) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        await pause(settleMs, undefined, { signal });
      }
      changed = false;
      if (!signal.aborted) yield;
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}
