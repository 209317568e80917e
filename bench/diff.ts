import type { BenchContext } from "./bench-context.ts";
import { createDiffCheckout } from "./diff-checkout.ts";
import { compareSamples, type SampleResult } from "./diff-samples.ts";
import { type DiffSpeed, measureDiffSpeed } from "./diff-speed.ts";

export interface Diff {
  readonly samples: readonly SampleResult[];
  readonly speed: DiffSpeed;
}

/** Measures what `npm run diff` says, and how soon, beside git and dyff. */
export async function measureDiff(context: BenchContext): Promise<Diff> {
  const checkout = await createDiffCheckout(context);
  return { samples: await compareSamples(context, checkout), speed: await measureDiffSpeed(context, checkout) };
}
