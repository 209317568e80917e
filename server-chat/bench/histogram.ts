/** Buckets of one power of two: a percentile is at most 1/128 above a measured value. */
const bucketsPerOctave = 128;

/**
 * Durations in ms, from 1 µs on, counted in buckets: millions of samples in 16 KiB. Buckets add up, so a percentile over
 * several parts is one of all their samples, which no mean of percentiles is.
 */
export class Histogram {
  readonly #counts = new Float64Array(32 * bucketsPerOctave);
  #total = 0;
  #highestMs = 0;

  record(durationMs: number): void {
    const index = bucketOf(durationMs);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total++;
    if (durationMs > this.#highestMs) this.#highestMs = durationMs;
  }

  add(other: Histogram): void {
    other.#counts.forEach((count, index) => {
      this.#counts[index] = (this.#counts[index] ?? 0) + count;
    });
    this.#total += other.#total;
    this.#highestMs = Math.max(this.#highestMs, other.#highestMs);
  }

  get total(): number {
    return this.#total;
  }

  get highestMs(): number {
    return this.#highestMs;
  }

  /** The duration that a share of all samples does not exceed, such as 0.99; NaN without samples. */
  percentileMs(share: number): number {
    if (this.#total === 0) return Number.NaN;
    const wanted = Math.ceil(share * this.#total);
    let seen = 0;
    const index = this.#counts.findIndex((count) => {
      seen += count;
      return seen >= wanted;
    });
    return Math.min(upperEndMs(index), this.#highestMs);
  }
}

function bucketOf(durationMs: number): number {
  const microseconds = durationMs * 1_000;
  return microseconds <= 1 ? 0 : Math.ceil(Math.log2(microseconds) * bucketsPerOctave);
}

function upperEndMs(index: number): number {
  return 2 ** (index / bucketsPerOctave) / 1_000;
}
