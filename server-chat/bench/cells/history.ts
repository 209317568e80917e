import { Agent, get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { silent } from "../../src/log.ts";
import { connectRedisStore } from "../../src/store/redis-store.ts";
import type { Store } from "../../src/store/store.ts";
import type { Redis } from "../../test/redis.ts";
import type { BenchContext } from "../bench-context.ts";
import { Histogram } from "../histogram.ts";
import { formatNumberedText } from "../load/numbered-text.ts";
import { createMembers } from "../sides/ours.ts";
import { onStage } from "../stage.ts";
import type { Cell } from "./cell.ts";

/** As long as the shortest history, so that each page is of one size. */
const pageLength = 10;
const requests = 300;
const flat = 1.5;

const roomOf = (size: number) => `history-${size}`;

/** Whether a page takes longer in a room with a long history. */
export const historyCell: Cell = {
  name: "history",
  async measure(context) {
    const sizes = context.quick ? [10, 10_000] : [10, 10_000, 1_000_000];
    const retention = { messages: 2 * Math.max(...sizes), ageMs: 24 * 3_600_000 };
    const options = { side: "ours", clients: 1, env: { HISTORY_MESSAGES: String(retention.messages) } } as const;
    const p50Ms = await onStage(context, options, async ({ redis, server }) => {
      await fill(context, redis, sizes, retention);
      const [member] = await createMembers(1);
      const origin = `http://127.0.0.1:${server.ports[0]}`;
      const time = (size: number) => timePages(`${origin}/api/rooms/${roomOf(size)}`, size, member?.token ?? "");
      // Until the server's code is compiled.
      for (const size of sizes) await time(size);
      const rows: number[][] = [];
      for (let round = 0; round < context.rounds; round++) {
        const row: number[] = [];
        for (const size of sizes) row.push(await time(size));
        rows.push(row);
      }
      return rows;
    });
    const column = (index: number) => p50Ms.map((row) => row[index] ?? Number.NaN);
    const growth = p50Ms.map((row) => (row.at(-1) ?? Number.NaN) / (row[0] ?? Number.NaN));
    return {
      title: `growth: a page of ${pageLength} messages by REST, the newest and from the middle of the room, in turn`,
      lines: [
        ...sizes.map((size, index) => ({
          name: `p50 in a room of ${size.toLocaleString("en")}`,
          unit: "ms",
          ours: column(index),
        })),
        {
          name: "the longest history to the shortest",
          unit: "x",
          ours: growth,
          bar: { median: "at most", limit: flat },
        },
      ],
      voids: [],
      notes: [],
    };
  },
};

/** Publishes what the rooms shall have, as a node would. */
async function fill(
  { progress }: BenchContext,
  redis: Redis,
  sizes: readonly number[],
  retention: { readonly messages: number; readonly ageMs: number },
): Promise<void> {
  const store = connectRedisStore(redis.settings, { retention, log: silent });
  try {
    while (!store.status().ready) await sleep(20);
    for (const size of sizes) {
      progress(`${size} messages of history`);
      await publishAll(store, roomOf(size), size);
    }
  } finally {
    await store.close();
  }
}

async function publishAll(store: Store, room: string, count: number): Promise<void> {
  const user = { id: "user-of-bench000", name: "p00000" };
  let next = 1;
  const publishSome = async () => {
    while (next <= count) {
      const number = next++;
      const id = `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
      await store.publish(room, { id, user, text: formatNumberedText(number) });
    }
  };
  // One after the other each message would wait for its own fsync.
  await Promise.all(Array.from({ length: 256 }, publishSome));
}

/** The median time of a request, one after the other on one connection. */
async function timePages(room: string, size: number, token: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const durations = new Histogram();
  const middle = Math.floor(size / 2) + pageLength / 2 + 1;
  for (let request = 0; request < requests; request++) {
    const query = request % 2 === 0 ? "" : `&before=${middle}`;
    const startMs = performance.now();
    const body = await read(`${room}/messages?limit=${pageLength}${query}`, agent, token);
    durations.record(performance.now() - startMs);
    const { messages } = JSON.parse(body) as { messages: readonly unknown[] };
    if (messages.length !== pageLength) throw new Error(`a page of ${messages.length} messages: ${body}`);
  }
  agent.destroy();
  return durations.percentileMs(0.5);
}

function read(url: string, agent: Agent, token: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, headers: { authorization: `Bearer ${token}` } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`status ${response.statusCode}: ${body}`));
      });
    });
    request.on("error", reject);
  });
}
