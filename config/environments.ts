import production from "./environments/production.ts";

/** Every cluster there is. A second one is a file in environments/ and a line here. */
export const environmentInputs = { production } as const;
