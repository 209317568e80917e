const firstMs = 1_000;

/**
 * How long to wait after a push that came second: between nothing and a time that doubles, so that those who met once
 * do not meet again.
 *
 * @param attempt that failed, from 1
 * @param chance 0 <= x < 1
 */
export function backOffMs(attempt: number, chance: number): number {
  return Math.round(chance * firstMs * 2 ** (attempt - 1));
}
