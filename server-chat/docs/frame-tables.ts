import { clientFrame, serverFrame } from "../src/protocol/frames.ts";
import { formatTable } from "./blocks.ts";
import { fieldRows, jsonSchema, type Schema } from "./field-table.ts";

/** Tables of fields by the name of their block: `client send`, `server joined`, `object User` ... */
export function frameTables(): ReadonlyMap<string, string> {
  const client = jsonSchema(clientFrame, "input");
  const server = jsonSchema(serverFrame, "output");
  return new Map([
    ...(client.oneOf ?? []).map((frame) => [`client ${frameType(frame)}`, fieldTable(frame)] as const),
    ...(server.oneOf ?? []).map((frame) => [`server ${frameType(frame)}`, fieldTable(frame)] as const),
    ...Object.entries(server.$defs ?? {}).map(([name, object]) => [`object ${name}`, fieldTable(object)] as const),
  ]);
}

const frameType = ({ properties }: Schema): string => String(properties?.type?.const);

/** @throws Error for a field whose meaning the schema does not say */
export function fieldTable(object: Schema): string {
  const rows = fieldRows(object);
  const silent = rows.find(([, , meaning]) => meaning === "");
  if (silent !== undefined) throw new Error(`The field ${silent[0]} has no description in its schema.`);
  return rows.length === 0 ? "No fields but `type`." : formatTable(["field", "type", "meaning"], rows);
}
