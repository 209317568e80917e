import type { z } from "zod";
import { type Environment, environmentSchema } from "./environment.ts";
import production from "./environments/production.ts";
import { describeIssues } from "./issues.ts";
import { UserError } from "./user-error.ts";

/** Every cluster there is. A second one is a file in environments/ and a line here. */
export const environmentInputs = { production } as const;

export type EnvironmentName = keyof typeof environmentInputs;

/** Turns stated environments into checked ones. Throws a UserError that lists every fault with the path of its field. */
export function parseEnvironments(inputs: Readonly<Record<string, unknown>>): Environment[] {
  const faults: string[] = [];
  const environments: Environment[] = [];
  for (const [name, input] of Object.entries(inputs)) {
    const file = `config/environments/${name}.ts`;
    const result = environmentSchema.safeParse(input, { reportInput: true });
    if (!result.success) faults.push(...describeIssues(file, result.error as z.ZodError));
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
