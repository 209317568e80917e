import { z } from "zod";
import { clientFrame, serverFrame } from "../src/protocol/frames.ts";
import { formatTable } from "./blocks.ts";

/** What is read of a JSON schema. */
interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly $ref?: string;
  readonly description?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly $defs?: Readonly<Record<string, Schema>>;
}

/** Tables of fields by the name of their block: `client send`, `server joined`, `object User` ... */
export function frameTables(): ReadonlyMap<string, string> {
  const client = z.toJSONSchema(clientFrame) as Schema;
  const server = z.toJSONSchema(serverFrame) as Schema;
  return new Map([
    ...(client.oneOf ?? []).map((frame) => [`client ${frameType(frame)}`, fieldTable(frame)] as const),
    ...(server.oneOf ?? []).map((frame) => [`server ${frameType(frame)}`, fieldTable(frame)] as const),
    ...Object.entries(server.$defs ?? {}).map(([name, object]) => [`object ${name}`, fieldTable(object)] as const),
  ]);
}

const frameType = ({ properties }: Schema): string => String(properties?.type?.const);

/** @throws Error for a field whose meaning the schema does not say */
function fieldTable({ properties, required }: Schema): string {
  const fields = Object.entries(properties ?? {}).filter(([name]) => name !== "type");
  if (fields.length === 0) return "No fields but `type`.";
  return formatTable(
    ["field", "type", "meaning"],
    fields.map(([name, field]) => {
      if (field.description === undefined) throw new Error(`The field "${name}" has no description in its schema.`);
      return [`\`${name}${required?.includes(name) ? "" : "?"}\``, typeName(field), field.description];
    }),
  );
}

function typeName(field: Schema): string {
  if (field.$ref !== undefined) {
    const name = field.$ref.replace("#/$defs/", "");
    return `[${name}](#${name.toLowerCase()})`;
  }
  if (field.const !== undefined) return `\`${field.const}\``;
  if (field.items !== undefined) return `list of ${typeName(field.items)}`;
  if (field.maxLength !== undefined) return `string, ${field.minLength ?? 0} to ${field.maxLength}`;
  return field.type ?? "any";
}
