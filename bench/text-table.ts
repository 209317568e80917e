/** Left-aligned names, right-aligned figures. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd());
}

export function lines(...texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}

export function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(2);
}

export function verdict(kept: boolean): string {
  return kept ? "kept" : "MISSED";
}
