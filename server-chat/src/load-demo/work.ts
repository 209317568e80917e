/**
 * What the load demonstrations do, each a function that stands alone: its source text is what the worker runs, because
 * the bundle is one file and has no module that a worker could be started from.
 */

/** The slow way, on purpose: the number of steps grows like the result. */
export function fibonacci(n: number): number {
  const steps = (left: number): number => (left < 2 ? left : steps(left - 1) + steps(left - 2));
  return steps(n);
}

/** Keeps one core busy. @returns for how many ms */
export function busy(forMs: number): number {
  const start = performance.now();
  while (performance.now() - start < forMs);
  return performance.now() - start;
}

/** Holds memory, every page of it touched. @returns how many bytes */
export async function hold({ bytes, forMs }: { readonly bytes: number; readonly forMs: number }): Promise<number> {
  const block = new Uint8Array(bytes).fill(1);
  await new Promise((resolve) => setTimeout(resolve, forMs));
  return block.length;
}
