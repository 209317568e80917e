import type { z } from "zod";

/** One line per fault of a value that zod refused: file, path of the field, what was found, what is allowed. */
export function describeIssues(file: string, error: z.ZodError): string[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => `${file}: ${pathOf([...issue.path, key])}: unknown field; a misspelt name?`);
    }
    const found =
      issue.code === "custom" || issue.input !== undefined ? `found ${show(issue.input)}; ` : "nothing found; ";
    return [`${file}: ${pathOf(issue.path)}: ${found}${allowed(issue)}`];
  });
}

function allowed(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_value":
      return `allowed: ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
    case "invalid_type":
      return `expected ${issue.expected}`;
    case "too_small":
      return issue.message.startsWith("Too small") ? `at least ${issue.minimum}` : issue.message;
    case "too_big":
      return `at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function pathOf(path: readonly PropertyKey[]): string {
  return (
    path
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
      .join("")
      .replace(/^\./, "") || "(whole value)"
  );
}

function show(value: unknown): string {
  const text = toJson(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Ten thousand lists in each other are JSON, but more than the stack holds.
    return "a value that cannot be printed";
  }
}
