/** A rate is known well enough when the next higher one that was tried is at most so much above it. */
const precision = 1.05;
const stride = 1.25;
const attempts = 10;

/**
 * The highest rate that is held: first in strides, upwards or downwards from where to begin, then halving. 0 if none of
 * the attempts was held.
 */
export async function searchHighest(start: number, isHeldAt: (rate: number) => Promise<boolean>): Promise<number> {
  let held = 0;
  let tooMuch = Number.POSITIVE_INFINITY;
  let rate = start;
  for (let attempt = 0; attempt < attempts && tooMuch > held * precision; attempt++) {
    if (await isHeldAt(rate)) held = rate;
    else tooMuch = rate;
    rate =
      tooMuch === Number.POSITIVE_INFINITY ? held * stride : held === 0 ? tooMuch / stride : Math.sqrt(held * tooMuch);
  }
  return held;
}
