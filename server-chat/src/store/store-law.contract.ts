import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Draft, Page, Retention, Store } from "./store.ts";

const keep = 6;

/** One room as the law has it: small enough to be read and believed. */
class Model {
  readonly #messages: { readonly seq: number; readonly id: string; text: string; deleted: boolean }[] = [];
  #head = 0;
  #deletions = 0;

  publish({ id, text }: Draft) {
    const known = this.#messages.find((message) => message.id === id);
    if (known !== undefined) return { seq: known.seq, duplicate: true };
    this.#head += 1;
    this.#messages.push({ seq: this.#head, id, text, deleted: false });
    if (this.#messages.length > keep) this.#messages.shift();
    return { seq: this.#head, duplicate: false };
  }

  remove(seq: number): boolean {
    const message = this.#messages.find((one) => one.seq === seq);
    if (message === undefined || message.deleted) return false;
    Object.assign(message, { text: "", deleted: true });
    this.#deletions += 1;
    return true;
  }

  page(wanted: (seq: number) => boolean, cut: (messages: readonly unknown[]) => readonly unknown[]) {
    const messages = this.#messages.filter(({ seq }) => wanted(seq));
    return {
      head: this.#head,
      first: this.#messages[0]?.seq ?? this.#head + 1,
      deletions: this.#deletions,
      messages: cut(messages.map(({ deleted, ...message }) => (deleted ? { ...message, deleted } : message))),
    };
  }
}

type Step =
  | {
      readonly kind: "publish" | "remove" | "after" | "before" | "latest";
      readonly value: number;
      readonly node: number;
    }
  | { readonly kind: "retain"; readonly node: number };

const node = fc.integer({ min: 0, max: 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  // Few ids, so that many are sent again: before, after and long after they left history.
  {
    arbitrary: fc.record({ kind: fc.constant("publish" as const), value: fc.integer({ min: 0, max: 14 }), node }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      kind: fc.constantFrom("remove" as const, "after" as const, "before" as const, "latest" as const),
      value: fc.integer({ min: 0, max: 24 }),
      node,
    }),
    weight: 5,
  },
  { arbitrary: fc.record({ kind: fc.constant("retain" as const), node }), weight: 1 },
);

/** The law of a room under any order of what can be done to it. */
export function storeLaw(name: string, open: (retention: Partial<Retention>) => Promise<Store>): void {
  const setUp = async () => {
    const stores = [await open({ messages: keep }), await open({ messages: keep })] as const;
    return (index: number): Store => stores[index === 0 ? 0 : 1];
  };
  const createDrafts = (): readonly Draft[] =>
    Array.from({ length: 15 }, (_, index) => ({
      id: randomUUID(),
      user: { id: "u", name: "n" },
      text: `text ${index}`,
    }));
  const pick = (drafts: readonly Draft[], index: number): Draft => {
    const draft = drafts[index];
    if (draft === undefined) throw new Error(`there is no draft ${index}`);
    return draft;
  };

  describe(`${name}: law`, () => {
    test("any steps, one after the other, are answered as the model answers", async () => {
      const store = await setUp();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
          const [room, drafts, model] = [`law-${randomUUID()}`, createDrafts(), new Model()];
          await store(0).open(room, 1);
          for (const one of steps) await expectAlike(store(one.node), model, room, drafts, one);
        }),
        { numRuns: 60 },
      );
    });

    test("any steps at once leave one dense numbering, and every page is of one moment", async () => {
      const store = await setUp();
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 60 }), async (steps) => {
          const [room, drafts] = [`law-${randomUUID()}`, createDrafts()];
          const pages: Page[] = [await store(0).open(room, 1)];
          const given = new Map<number, string>();
          await Promise.all(
            steps.map(async (one) => {
              if (one.kind === "retain") return store(one.node).retain();
              if (one.kind === "remove") return store(one.node).remove(room, one.value);
              if (one.kind !== "publish") return pages.push(await readPage(store(one.node), room, one));
              const { id } = pick(drafts, one.value);
              const { seq, duplicate } = await store(one.node).publish(room, pick(drafts, one.value));
              // One id a number: nobody else ever got this one.
              expect(given.get(seq) ?? id).toBe(id);
              if (!duplicate) given.set(seq, id);
            }),
          );
          pages.push(await store(1).open(room, 100));
          expect([...given.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: given.size }, (_, i) => i + 1));
          for (const page of pages) expectOneMoment(page, given);
          expect(pages.at(-1)).toMatchObject({ head: given.size });
        }),
        { numRuns: 40 },
      );
    });
  });

  async function expectAlike(store: Store, model: Model, room: string, drafts: readonly Draft[], one: Step) {
    if (one.kind === "retain") return store.retain();
    const { kind, value } = one;
    if (kind === "publish") {
      const draft = pick(drafts, value);
      expect(await store.publish(room, draft)).toMatchObject(model.publish(draft));
    } else if (kind === "remove") expect(await store.remove(room, value)).toBe(model.remove(value));
    else {
      const expected = {
        after: () =>
          model.page(
            (seq) => seq > value,
            (messages) => messages.slice(0, 3),
          ),
        before: () =>
          model.page(
            (seq) => seq < value,
            (messages) => messages.slice(-3),
          ),
        latest: () =>
          model.page(
            () => true,
            (messages) => messages.slice(-3),
          ),
      }[kind]();
      expect(await readPage(store, room, one)).toMatchObject(expected);
    }
  }

  async function readPage(
    store: Store,
    room: string,
    { kind, value }: Exclude<Step, { kind: "retain" }>,
  ): Promise<Page> {
    const limit = 3;
    const page = await store.read(
      room,
      kind === "after"
        ? { after: value, limit }
        : kind === "before"
          ? { before: value, limit }
          : { latest: true, limit },
    );
    if (page === undefined) throw new Error("the room is gone");
    return page;
  }

  function expectOneMoment(page: Page, given: ReadonlyMap<number, string>) {
    const numbers = page.messages.map(({ seq }) => seq);
    const start = numbers[0] ?? page.head + 1;
    expect(numbers).toEqual(numbers.map((_, index) => start + index));
    expect(start).toBeGreaterThanOrEqual(page.first);
    expect(start + numbers.length - 1).toBeLessThanOrEqual(page.head);
    expect(page.head - page.first + 1).toBeLessThanOrEqual(keep);
    for (const { seq, id } of page.messages) expect(id).toBe(given.get(seq));
  }
}
