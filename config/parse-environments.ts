import { type Environment, environmentSchema } from "./environment.ts";
import { describeIssues } from "./issues.ts";
import { UserError } from "./user-error.ts";

/** Turns stated environments into checked ones. Throws a UserError that lists every fault with the path of its field. */
export function parseEnvironments(inputs: Readonly<Record<string, unknown>>): Environment[] {
  const faults: string[] = [];
  const environments: Environment[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const file = `config/environments/${name}.ts`;
    const result = environmentSchema.safeParse(input, { reportInput: true });
    if (!result.success) faults.push(...describeIssues(file, result.error));
    else if (result.data.name !== name)
      faults.push(`${file}: name: found "${result.data.name}"; allowed: "${name}", as the file`);
    else environments.push(result.data);
  }
  if (faults.length > 0) {
    throw new UserError(
      `The configuration has ${faults.length} fault${faults.length === 1 ? "" : "s"}:\n  ${faults.join("\n  ")}`,
      {
        remedy: "Correct the named fields. config/environment.ts says what each one means.",
      },
    );
  }
  return environments;
}
