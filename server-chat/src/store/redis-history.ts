import { z } from "zod";
import type { Message } from "../protocol/frames.ts";
import { bodySchema } from "./bus-events.ts";
import type { RunCommand, RunScript } from "./redis-commands.ts";
import { metaKey, roomChannel, roomKeys, tombstonesKey } from "./redis-keys.ts";
import { pairs } from "./redis-leases.ts";
import { newEpoch, trimmedPerPublish } from "./room-rules.ts";
import type { Head, Page, Range, Retention, Store } from "./store.ts";

type History = Pick<Store, "publish" | "open" | "read" | "tombstones" | "heads" | "remove" | "renew">;

const publishReply = z.tuple([z.string(), z.int(), z.int(), z.union([z.literal(0), z.literal(1)])]);
const entry = z.tuple([
  z.string(),
  z.tuple([z.literal("id"), z.string(), z.literal("ts"), z.coerce.number(), z.literal("body"), z.string()]),
]);
const readReply = z.tuple([z.string(), z.int(), z.int(), z.int(), z.array(entry), z.array(z.string())]).nullable();
const tombstone = z.object({ id: z.string(), ts: z.int(), user: bodySchema.shape.user });
const headReply = z.union([
  z.tuple([z.string(), z.coerce.number(), z.coerce.number()]),
  z.tuple([z.null(), z.null(), z.null()]),
]);

/** Messages and their numbering: each call is one script, so that all of it is of one moment. */
export function createRedisHistory(run: RunScript, command: RunCommand, retention: Retention): History {
  const read = async (room: string, range: Range): Promise<Page | undefined> =>
    parsePage(await run("read", roomKeys(room), formatRange(range)));

  /** False if the room has just gone. Whatever else is wrong, the room is open: the mark only spares it a new epoch. */
  const use = (room: string): Promise<boolean> =>
    run("use", roomKeys(room), []).then(
      (found) => found === 1,
      () => true,
    );

  return {
    async publish(room, { id, user, text }, known) {
      const body = JSON.stringify({ user, text });
      const seen = [known?.epoch ?? "", known?.seq ?? ""];
      const limits = [retention.messages, trimmedPerPublish];
      const values = [id, body, newEpoch(), ...seen, ...limits, roomChannel(room)];
      const [epoch, seq, ts, duplicate] = publishReply.parse(await run("publish", roomKeys(room), values));
      return { epoch, seq, ts, duplicate: duplicate === 1 };
    },
    async open(room, limit) {
      let isMade = false;
      for (;;) {
        const page = await read(room, { latest: true, limit });
        if (page !== undefined && (isMade || !isEmpty(page) || (await use(room)))) return page;
        isMade = true;
        await run("create", roomKeys(room), [newEpoch()]);
      }
    },
    read,
    async tombstones(room, limit) {
      const newest = await command("tombstones", (client) =>
        client.zrevrange(tombstonesKey(room), 0, limit - 1, "WITHSCORES"),
      );
      return pairs(newest)
        .map(([, seq]) => Number(seq))
        .reverse();
    },
    heads: (rooms) =>
      command("heads", (client) =>
        Promise.all(
          rooms.map(async (room) => parseHead(await client.hmget(metaKey(room), "epoch", "seq", "deletions"))),
        ),
      ),
    async remove(room, seq) {
      return (await run("remove", roomKeys(room), [seq, roomChannel(room)])) === 1;
    },
    async renew(room, epoch) {
      return z.string().parse(await run("renew", roomKeys(room), [epoch, newEpoch(), roomChannel(room)]));
    },
  };
}

const isEmpty = ({ first, head }: Page): boolean => first > head;

function formatRange(range: Range): readonly (string | number)[] {
  if ("after" in range) return ["after", range.after, range.limit];
  return "before" in range ? ["before", range.before, range.limit] : ["latest", "", range.limit];
}

function parsePage(reply: unknown): Page | undefined {
  const read = readReply.parse(reply);
  if (read === null) return undefined;
  const [epoch, head, first, deletions, entries, tombstones] = read;
  const messages = [...entries.map(parseEntry), ...pairs(tombstones).map(parseTombstone)];
  return { epoch, head, first, deletions, messages: messages.sort((a, b) => a.seq - b.seq) };
}

function parseEntry([streamId, [, id, , ts, , body]]: z.output<typeof entry>): Message {
  const { user, text } = bodySchema.parse(JSON.parse(body));
  return { seq: Number.parseInt(streamId, 10), id, user, text, ts };
}

function parseTombstone([json, seq]: readonly [string, string]): Message {
  const { id, user, ts } = tombstone.parse(JSON.parse(json));
  return { seq: Number(seq), id, user, text: "", ts, deleted: true };
}

function parseHead(reply: unknown): Head | undefined {
  const [epoch, seq, deletions] = headReply.parse(reply);
  return epoch === null ? undefined : { epoch, seq, deletions };
}
