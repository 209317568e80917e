import { z } from "zod";

/** What is read of a JSON schema. */
export interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly default?: unknown;
  readonly $ref?: string;
  readonly description?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** @param side what the other end writes (`input`), or what it gets (`output`) */
export const jsonSchema = (schema: z.ZodType, side: "input" | "output"): Schema =>
  z.toJSONSchema(schema, { io: side }) as Schema;

/** Name, type and meaning of each field but `type`, which the heading says. */
export function fieldRows({ properties, required }: Schema): string[][] {
  return Object.entries(properties ?? {})
    .filter(([name]) => name !== "type")
    .map(([name, field]) => [
      `\`${name}${required?.includes(name) ? "" : "?"}\``,
      typeName(field),
      [field.description ?? "", field.default === undefined ? "" : `Without it ${field.default}.`].join(" ").trim(),
    ]);
}

function typeName(field: Schema): string {
  if (field.$ref !== undefined) {
    const name = field.$ref.replace("#/$defs/", "");
    return `[${name}](#object-${name.toLowerCase()})`;
  }
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.items !== undefined) return `list of ${typeName(field.items)}`;
  return `${field.type ?? "any"}${bounds(field)}`;
}

/** Bounds that are more than those of every safe integer. */
function bounds({ minLength, maxLength, minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema): string {
  if (maxLength !== undefined) return `, ${minLength ?? 0} to ${maxLength}`;
  return maximum < Number.MAX_SAFE_INTEGER ? `, ${minimum} to ${maximum}` : "";
}
