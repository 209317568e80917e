import { describeObject } from "../../render/manifest.ts";
import { formatYaml } from "../../render/yaml.ts";
import { type FieldChange, showPath } from "./field-change.ts";
import { type JudgedChange, subject } from "./platform-change.ts";

/** `~ apps/v1 Deployment chat-app/chat-server`: `+` for a new object, `-` for one that is gone. */
export function titleOf(change: JudgedChange): string {
  const sign = change.before === undefined ? "+" : change.after === undefined ? "-" : "~";
  return `${sign} ${describeObject(subject(change))}`;
}

/** What differs in an object, line by line: each field by its path, what it was after `-` and what it is after `+`. */
export function changeLines({ before, after, fields }: JudgedChange): string[] {
  if (before === undefined) return signed("+", formatYaml(after));
  if (after === undefined) return signed("-", formatYaml(before));
  return fields.flatMap(fieldLines);
}

function fieldLines({ path, kind, before, after, idle }: FieldChange): string[] {
  const title = `  ${showPath(path)}${kind === "order" ? ", order" : ""}${idle === undefined ? "" : ` (${idle})`}`;
  if (kind === "order") return [title, `- ${(before as string[]).join(", ")}`, `+ ${(after as string[]).join(", ")}`];
  if (isText(before) && isText(after)) return [title, ...textLines(before.split("\n"), after.split("\n"))];
  return [title, ...valueLines("-", before), ...valueLines("+", after)];
}

/** The lines that differ between two texts, without what they begin and end with alike. */
function textLines(before: readonly string[], after: readonly string[]): string[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const middle = (lines: readonly string[]) => lines.slice(start, lines.length - end);
  return [...middle(before).map((line) => `- ${line}`), ...middle(after).map((line) => `+ ${line}`)];
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.includes("\n");
}

function valueLines(sign: string, value: unknown): string[] {
  return value === undefined ? [] : signed(sign, formatYaml(value));
}

function signed(sign: string, text: string): string[] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `${sign} ${line}`);
}
