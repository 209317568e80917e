import { Cluster, type Redis } from "ioredis";
import type { RunCommand, RunScript } from "./redis-commands.ts";
import { everyMetaKey, roomKeys, roomOfMetaKey } from "./redis-keys.ts";
import { unwrittenMsOf } from "./room-rules.ts";
import type { Retention } from "./store.ts";

/** Keys that are looked at together, and messages that one script drops: a send never waits for much of this. */
const keysAtOnce = 20;
const trimmedAtOnce = 100;

export interface RetainParts {
  readonly run: RunScript;
  readonly command: RunCommand;
  readonly retention: Retention;
  /** Somebody on this node is in the room. */
  readonly isUsed: (room: string) => boolean;
}

/** Walks through all rooms of all masters, and drops what is beyond the retention. */
export async function retain({ run, command, retention, isUsed }: RetainParts): Promise<void> {
  const retainRoom = async (room: string) => {
    const used = isUsed(room) ? "1" : "0";
    const values = [retention.messages, retention.ageMs, trimmedAtOnce, used, unwrittenMsOf(retention)];
    let more: unknown = 1;
    while (more === 1) more = await run("retain", roomKeys(room), values);
  };
  const masters = await command(
    "scan",
    async (client): Promise<readonly Redis[]> => (client instanceof Cluster ? client.nodes("master") : [client]),
  );
  for (const master of masters) {
    let cursor = "0";
    do {
      const [next, keys] = await command("scan", () => master.scan(cursor, "MATCH", everyMetaKey, "COUNT", keysAtOnce));
      await Promise.all(keys.map((key) => retainRoom(roomOfMetaKey(key))));
      cursor = next;
    } while (cursor !== "0");
  }
}
