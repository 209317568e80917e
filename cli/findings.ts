import type { Finding, Severity } from "../checks/finding.ts";

/** The most severe of the findings, if there are any. */
export function worst(findings: readonly Finding[]): Severity | undefined {
  if (findings.some(({ severity }) => severity === "error")) return "error";
  return findings.length > 0 ? "warning" : undefined;
}

/** Findings for people: what, where, remedy. An empty text without any. */
export function formatFindings(findings: readonly Finding[], colour: boolean): string {
  if (findings.length === 0) return "";
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = findings.map(({ rule, severity, message, remedy, path, field, source, constructPath }) =>
    [
      `${paint(severity === "error" ? 31 : 33, severity)} ${paint(1, rule)}: ${message}`,
      `  in ${path}${field === "" ? "" : ` at ${field}`}`,
      `  from ${source} (${constructPath})`,
      `  remedy: ${remedy}`,
    ].join("\n"),
  );
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const outcome = errors > 0 ? "Nothing was written." : "";
  return `${lines.join("\n\n")}\n\n${errors} errors, ${findings.length - errors} warnings. ${outcome}`
    .trimEnd()
    .concat("\n");
}
