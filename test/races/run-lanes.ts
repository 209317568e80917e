/** How many schedules happen at once: while those of one wait, those of the other work. */
export const lanes = ["lane-1", "lane-2", "lane-3"] as const;

/** Does the work for every item, in the lanes side by side. */
export async function runLanes<Item>(
  items: Iterable<Item>,
  work: (item: Item, lane: string) => Promise<void>,
): Promise<void> {
  const waiting = items[Symbol.iterator]();
  const next = { [Symbol.iterator]: () => ({ next: () => waiting.next() }) };
  const results = await Promise.allSettled(
    lanes.map(async (lane) => {
      for (const item of next) await work(item, lane);
    }),
  );
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
