#!/usr/bin/env node
// Stands in for GitHub's program `gh` where a step of a workflow is run without GitHub: `gh api`, with the options that the
// workflows use and that program's meaning for them, on the server at GITHUB_API_URL.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    method: { type: "string", default: "GET" },
    input: { type: "string" },
    "raw-field": { type: "string", short: "f", multiple: true, default: [] },
    jq: { type: "string" },
    silent: { type: "boolean" },
    paginate: { type: "boolean" },
  },
});
const [command, path] = positionals;
if (command !== "api" || path === undefined)
  throw new Error(`no such command here: gh ${process.argv.slice(2).join(" ")}`);
const url = new URL(path, `${process.env.GITHUB_API_URL}/`);
for (const field of values["raw-field"]) {
  const at = field.indexOf("=");
  url.searchParams.append(field.slice(0, at), field.slice(at + 1));
}
const body = values.input === undefined ? undefined : readFileSync(values.input === "-" ? 0 : values.input);
const response = await fetch(url, {
  method: values.method,
  body,
  headers: { authorization: `Bearer ${process.env.GH_TOKEN}` },
});
const answer = Buffer.from(await response.arrayBuffer());
if (!response.ok) {
  process.stderr.write(`gh: HTTP ${response.status}\n`);
  process.exitCode = 1;
} else if (values.silent !== true) {
  process.stdout.write(values.jq === ".id" ? `${JSON.parse(answer.toString()).id}\n` : answer);
}
