import type { Counter } from "prom-client";

/**
 * Counts in plain numbers what happens thousands of times a second, and hands it to the metric when that is read: finding
 * a labelled counter costs more than what it counts.
 */
export class Tally<Word extends string> {
  readonly #counter: Counter<string>;
  readonly #label: string;
  readonly #counts = new Map<Word, number>();

  constructor(counter: Counter<string>, label: string) {
    this.#counter = counter;
    this.#label = label;
  }

  count(word: Word): void {
    this.#counts.set(word, (this.#counts.get(word) ?? 0) + 1);
  }

  flush(): void {
    for (const [word, count] of this.#counts) this.#counter.inc({ [this.#label]: word }, count);
    this.#counts.clear();
  }
}
