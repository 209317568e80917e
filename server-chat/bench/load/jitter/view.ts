/**
 * What one client shows, as its user sees it. Judged are the messages from number `from` on, which one sender sends and
 * whose numbers go up by one; those before are old, and of many senders.
 */
export class View {
  /** Shown twice, or not after the message before it, or vanished again. */
  wrong = 0;
  readonly #from: number;
  readonly #shown = new Set<number>();
  #last: number | undefined;

  constructor(from: number) {
    this.#from = from;
  }

  /** 0 before the first message. */
  get last(): number {
    return this.#last ?? 0;
  }

  /** One more message, at the end. */
  show(number: number): void {
    const expected = this.#last === undefined ? number : Math.max(this.#last + 1, this.#from);
    if (number >= this.#from && number !== expected) this.wrong++;
    this.#shown.add(number);
    this.#last = number;
  }

  /** Another list takes the place of all that was shown. */
  replace(numbers: readonly number[]): void {
    const { last } = this;
    this.#last = undefined;
    for (const number of numbers) this.show(number);
    if (last >= this.#from && this.last < last) this.wrong++;
  }

  /** How many of the numbers from `from` to `to` were shown at all. */
  countTo(to: number): number {
    let count = 0;
    for (let number = this.#from; number <= to; number++) if (this.#shown.has(number)) count++;
    return count;
  }
}
