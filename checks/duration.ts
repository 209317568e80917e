const unitsMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Milliseconds of a Go duration such as "1m30s" or "1.5h". Undefined without a unit: Go refuses "15", but takes "0".
 */
export function parseGoDuration(text: string): number | undefined {
  const match = /^([+-]?)((?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/.exec(text);
  if (!match) return /^[+-]?0$/.test(text) ? 0 : undefined;
  const [, sign, parts = ""] = match;
  let totalMs = 0;
  for (const [, number, unit = ""] of parts.matchAll(/([\d.]+)([a-zµμ]+)/g))
    totalMs += Number(number) * (unitsMs[unit] ?? 0);
  return sign === "-" ? -totalMs : totalMs;
}
