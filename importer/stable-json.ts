/** JSON text with sorted keys, so that a new release shows up as what it changed. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, (_, inner: unknown) => sorted(inner), 2)}\n`;
}

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
