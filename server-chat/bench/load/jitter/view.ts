/** What one client shows, as its user sees it: messages of one sender, whose numbers go up by one. */
export class View {
  /** Shown twice, or not after the message before it. */
  wrong = 0;
  readonly #shown = new Set<number>();
  #last: number | undefined;

  get last(): number {
    return this.#last ?? 0;
  }

  /** One more message, at the end. */
  show(number: number): void {
    if (this.#last !== undefined && number !== this.#last + 1) this.wrong++;
    this.#shown.add(number);
    this.#last = number;
  }

  /** Another list takes the place of all that was shown. */
  replace(numbers: readonly number[]): void {
    this.#last = undefined;
    for (const number of numbers) this.show(number);
  }

  /** How many of the numbers `from` to `to` were shown at all. */
  count(from: number, to: number): number {
    let count = 0;
    for (let number = from; number <= to; number++) if (this.#shown.has(number)) count++;
    return count;
  }
}
