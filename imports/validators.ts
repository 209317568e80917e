import { createRequire } from "node:module";
import { knownKinds } from "./kinds.ts";
import { describeError, type RawError, type SchemaError } from "./schema-error.ts";

export type { SchemaError } from "./schema-error.ts";

/** A precompiled validator; like every one of Ajv's it leaves its errors on itself. */
interface Compiled {
  (object: unknown): boolean;
  readonly errors: readonly RawError[] | null;
}

const require = createRequire(import.meta.url);

/**
 * The check of one kind against its JSON schema, with unknown fields refused; undefined for a kind that
 * importer/kinds.ts does not name. A group's validators are loaded when the first of them is asked for.
 */
export function validatorFor(
  apiVersion: string,
  kind: string,
): ((object: unknown) => readonly SchemaError[]) | undefined {
  const known = knownKinds[`${apiVersion}/${kind}`];
  if (known === undefined) return undefined;
  const module = require(`./validators/${known.validators}.cjs`) as Readonly<Record<string, Compiled>>;
  const validate = module[kind];
  if (validate === undefined)
    throw new Error(`imports/validators/${known.validators}.cjs has no validator for ${kind}`);
  return (object) => (validate(object) ? [] : (validate.errors ?? []).map((error) => describeError(object, error)));
}
