/**
 * Writes plain values as block-style YAML that YAML 1.1 and 1.2 readers understand alike. Argo CD and kubectl read 1.1,
 * where `no`, `017` and `1:30` are not strings, so whatever could be taken for something else is quoted.
 * Own code because this is the inner loop of a synthesis: the `yaml` package needs several times as long for the same
 * objects, and its reader proves this writer in yaml.test.ts.
 */
export function formatYaml(value: unknown): string {
  const lines: string[] = [];
  if (isCollection(value) && !isEmpty(value)) writeCollection(value, "", "", lines);
  else lines.push(leaf(value));
  return `${lines.join("\n")}\n`;
}

function isCollection(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Appends the lines of a map or list. `first` starts the first line; it has the width of `indent`. */
function writeCollection(value: object, first: string, indent: string, lines: string[]): void {
  let start = first;
  if (Array.isArray(value)) {
    for (const item of value) {
      writeItem(`${start}-`, item, indent, lines);
      start = indent;
    }
    return;
  }
  for (const [key, field] of Object.entries(value)) {
    if (field === undefined) continue;
    writeField(`${start}${quoteIfNeeded(key)}:`, field, indent, lines);
    start = indent;
  }
}

function writeItem(start: string, item: unknown, indent: string, lines: string[]): void {
  if (isCollection(item) && !isEmpty(item)) writeCollection(item, `${start} `, `${indent}  `, lines);
  else writeLeaf(start, item, `${indent}  `, lines);
}

function writeField(start: string, field: unknown, indent: string, lines: string[]): void {
  if (isCollection(field) && !isEmpty(field)) {
    lines.push(start);
    writeCollection(field, `${indent}  `, `${indent}  `, lines);
  } else {
    writeLeaf(start, field, `${indent}  `, lines);
  }
}

function writeLeaf(start: string, value: unknown, indent: string, lines: string[]): void {
  if (typeof value === "string" && fitsLiteralBlock(value)) {
    const [, body = "", end = ""] = /^(.*?)(\n*)$/s.exec(value) ?? [];
    lines.push(`${start} |${end === "" ? "-" : end === "\n" ? "" : "+"}`);
    for (const line of `${body}${end.slice(1)}`.split("\n")) lines.push(line === "" ? "" : `${indent}${line}`);
    return;
  }
  lines.push(`${start} ${leaf(value)}`);
}

function leaf(value: unknown): string {
  if (!isCollection(value)) return scalar(value);
  return Array.isArray(value) ? "[]" : "{}";
}

function isEmpty(value: object): boolean {
  return Array.isArray(value) ? value.length === 0 : Object.values(value).every((field) => field === undefined);
}

function scalar(value: unknown): string {
  switch (typeof value) {
    case "string":
      return quoteIfNeeded(value);
    case "number":
      if (Number.isFinite(value)) return String(value);
      break;
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
  }
  throw new TypeError(`YAML cannot hold ${String(value)}`);
}

/** Begins with a letter (so it is no number, date or sexagesimal) and holds nothing that YAML gives a meaning to. */
const plain = /^[A-Za-z_/](?:[A-Za-z0-9_./@=+,()-]|:(?=[^\s])|[ ](?=[^\s#])){0,250}$/;
/** What some YAML 1.1 reader takes for a boolean, null or number (an exponent needs no digits before it). */
const reserved = /^(?:y|n|yes|no|on|off|true|false|null|e[-+]?\d+)$/i;

function quoteIfNeeded(text: string): string {
  if (plain.test(text) && !reserved.test(text)) return text;
  // A JSON string is a YAML double-quoted scalar once the separators that JSON leaves bare are escaped too.
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Several lines of printable text without a trailing space, the first neither empty nor indented. */
function fitsLiteralBlock(text: string): boolean {
  return (
    text.includes("\n") &&
    /^[!-~\u00a1-\u2027\u202a-\ud7ff]/.test(text) &&
    /^[\n -~\u00a0-\u2027\u202a-\ud7ff]*$/.test(text) &&
    !/[ \u00a0]\n|[ \u00a0]$/.test(text)
  );
}
