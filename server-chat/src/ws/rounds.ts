/** A Set or a Map. */
type Visited<T> = Pick<ReadonlySet<T>, "size" | "values">;

/**
 * Visits everything in a set once a round, spread evenly over the ticks of the round: ten thousand connections are
 * looked after without a timer each and without a pause that anybody notices.
 */
export class Rounds<T> {
  readonly #set: Visited<T>;
  readonly #ticks: number;
  #tick = 0;
  #cursor: Iterator<T>;

  constructor(set: Visited<T>, ticks: number) {
    this.#set = set;
    this.#ticks = ticks;
    this.#cursor = set.values();
  }

  tick(visit: (one: T) => void): void {
    // The iterator of a Set goes on over what is added and past what is deleted.
    if (this.#tick === 0) this.#cursor = this.#set.values();
    this.#tick = (this.#tick + 1) % this.#ticks;
    const last = this.#tick === 0;
    for (let left = Math.ceil(this.#set.size / this.#ticks); left > 0 || last; left--) {
      const next = this.#cursor.next();
      if (next.done) return;
      visit(next.value);
    }
  }
}
