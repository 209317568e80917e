const block = /<!-- begin: (?<name>.+?) -->\n(?<text>.*?)<!-- end -->/gs;

/**
 * A page of people's prose with blocks that are written from code. What stands between the marks is replaced.
 *
 * @throws Error if the page lacks a block, holds one twice, or holds one that nobody writes
 */
export function fillBlocks(page: string, textByName: ReadonlyMap<string, string>): string {
  const missing = new Set(textByName.keys());
  const filled = page.replace(block, (_, name: string) => {
    const text = textByName.get(name);
    if (text === undefined) throw new Error(`The block "${name}" is not written by anything: remove it.`);
    if (!missing.delete(name)) throw new Error(`The block "${name}" stands in the page twice.`);
    return `<!-- begin: ${name} -->\n${text.trim()}\n<!-- end -->`;
  });
  if (missing.size > 0) throw new Error(`Not in the page: ${[...missing].join(", ")}. Describe it there.`);
  return filled;
}

/** A table in Markdown; a pipe inside a cell stays there. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)].join("\n");
}
