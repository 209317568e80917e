/**
 * What an Argo CD policy allows now and did not before. `name` is `policy.default` or a list of lines of Casbin
 * (argo-cd v3.5 docs/operator-manual/rbac.md): each `p, subject, resource, action, object, allow` and each
 * `g, subject, role` adds to the rest, and a `deny` takes away.
 */
export function gainedPolicies(name: string, before: unknown, after: unknown): string[] {
  if (name === "policy.default") {
    return after === undefined || after === "" ? [] : [`everyone who logs in has ${String(after)}`];
  }
  const [was, is] = [lines(before), lines(after)];
  return [
    ...is.filter((line) => !isDenial(line) && !was.includes(line)),
    ...was.filter((line) => isDenial(line) && !is.includes(line)).map((line) => `no longer denied: ${line}`),
  ];
}

function lines(text: unknown): string[] {
  if (typeof text !== "string") return [];
  return text
    .split("\n")
    .map((line) =>
      line
        .split(",")
        .map((part) => part.trim())
        .join(", "),
    )
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function isDenial(line: string): boolean {
  return line.endsWith(", deny");
}
