import { type Access, errorsOf, type RestRoute, rest } from "../src/protocol/rest.ts";
import { formatTable } from "./blocks.ts";
import { fieldRows, jsonSchema } from "./field-table.ts";
import { fieldTable } from "./frame-tables.ts";

const needs: Record<Access, string> = {
  anybody: "Needs no token.",
  member: "Needs a token.",
  moderator: "Needs a moderator's token.",
};

/** What each route takes and answers, by the name of its block: `rest createSession`, `object Ban` ... */
export function restTables(): ReadonlyMap<string, string> {
  const routes = Object.entries(rest);
  const objects = routes.flatMap(([, { answer }]) => Object.entries(jsonSchema(answer, "output").$defs ?? {}));
  return new Map([
    ...routes.map(([name, route]) => [`rest ${name}`, routeText(route)] as const),
    ...objects.map(([name, object]) => [`object ${name}`, fieldTable(object)] as const),
  ]);
}

function routeText(route: RestRoute): string {
  const rows = [
    ...fieldRows(jsonSchema(route.params, "input")).map((row) => ["path", ...row]),
    ...fieldRows(jsonSchema(route.query, "input")).map((row) => ["query", ...row]),
    ...(route.body === undefined ? [] : fieldRows(jsonSchema(route.body, "input")).map((row) => ["body", ...row])),
    ...answerRows(route).map((row) => ["answer", ...row]),
  ];
  const errors = errorsOf(route).map((code) => `\`${code}\``);
  return [
    `\`${route.method} ${route.path}\``,
    `${route.what} ${needs[route.access]}`,
    formatTable(["in", "field", "type", "meaning"], rows),
    `Errors: ${errors.join(", ")}.`,
  ].join("\n\n");
}

/** An answer that is one named object is shown as such. */
function answerRows({ answer }: RestRoute): string[][] {
  const schema = jsonSchema(answer, "output");
  const name = answer.meta()?.id;
  return name === undefined ? fieldRows(schema) : [["", `[${name}](#object-${name.toLowerCase()})`, "The whole body."]];
}
