/** Suffixes of a Kubernetes quantity (apimachinery pkg/api/resource), each with its factor. */
const decimal: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
};
const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const pattern = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/;

/** "250m" to 0.25 and "1Gi" to 1073741824: cores, or bytes. Undefined for what is no quantity. */
export function parseQuantity(quantity: string | number | undefined): number | undefined {
  const match = quantity === undefined ? null : pattern.exec(String(quantity));
  if (!match) return undefined;
  const [, number, suffix = "", exponent] = match;
  const factor = exponent === undefined ? (binary[suffix] ?? decimal[suffix]) : 10 ** Number(exponent);
  return factor === undefined ? undefined : Number(number) * factor;
}

/**
 * The form in which the API server stores a quantity: a whole number with the largest suffix of the same family that
 * keeps it whole. Undefined for what is no quantity, and for an exponent, which stays as it is.
 */
export function canonicalQuantity(quantity: string | number): string | undefined {
  const match = pattern.exec(String(quantity));
  if (!match || match[3] !== undefined) return undefined;
  const value = parseQuantity(quantity) ?? 0;
  if (value === 0) return "0";
  const family = Object.entries((match[2] ?? "") in binary ? { "": 1, ...binary } : decimal).reverse();
  for (const [suffix, factor] of family) {
    // Rounded: 0.1 of a thousandth is not exact in binary.
    const count = Math.round((value / factor) * 1e6) / 1e6;
    if (Number.isInteger(count) && count !== 0) return `${count}${suffix}`;
  }
  return undefined;
}

/** Cores as people write them: "1250m", "2". */
export function showCpu(cores: number): string {
  const milli = Math.round(cores * 1000);
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** Bytes as people read them: "1536Mi". */
export function showMemory(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}Mi`;
}

/** Whether a sum is above its bound. Thousandths are not exact in binary, so a sum may miss its bound by a hair. */
export function exceeds(sum: number, bound: number): boolean {
  return sum > bound * (1 + 1e-9);
}
