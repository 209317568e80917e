import { randomUUID } from "node:crypto";
import { afterEach } from "vitest";
import type { Announcement, Draft, Page, Retention, RoomEvent, Store } from "./store.ts";

/** What the contract needs of an implementation. */
export interface StoreUnderTest {
  /** Another node's store on the same data, ready. The contract closes it. */
  open(retention: Retention): Promise<Store>;
  /** Remembers all data; the function that it resolves to goes back to it. */
  snapshot(): Promise<() => Promise<void>>;
}

/** The same for the parts of the contract: stores close by themselves, and say what they heard. */
export interface ContractStores {
  open(retention?: Partial<Retention>): Promise<Store & { readonly events: readonly (RoomEvent | Announcement)[] }>;
  snapshot: StoreUnderTest["snapshot"];
}

export const ann = { id: "u-ann", name: "Ann" };
const forever: Retention = { messages: 10_000, ageMs: 30 * 24 * 3_600_000 };

export const draft = (text = "hello"): Draft => ({ id: randomUUID(), user: ann, text });
export const newRoom = () => `room-${randomUUID()}`;
export const seqs = (page: Page | undefined) => page?.messages.map(({ seq }) => seq);

export async function fill(store: Store, room: string, count: number): Promise<readonly Draft[]> {
  const drafts = Array.from({ length: count }, (_, index) => draft(`text ${index + 1}`));
  await Promise.all(drafts.map((one) => store.publish(room, one)));
  return drafts;
}

export function createContractStores(implementation: () => StoreUnderTest): ContractStores {
  const opened: Store[] = [];
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
  });
  return {
    async open(retention = {}) {
      const store = await implementation().open({ ...forever, ...retention });
      const events: (RoomEvent | Announcement)[] = [];
      store.listen({ event: (event) => events.push(event), interrupted: () => {} });
      opened.push(store);
      return Object.assign(store, { events });
    },
    snapshot: () => implementation().snapshot(),
  };
}
