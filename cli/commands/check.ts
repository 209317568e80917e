import { join } from "node:path";
import { exitCode } from "../../config/user-error.ts";
import { runProgram } from "../../io/run-program.ts";
import { compare } from "../../io/write-tree.ts";
import type { Command, CommandContext } from "../command.ts";
import { formatFindings } from "../findings.ts";
import { renderedFolders } from "../rendered-folders.ts";
import { renderAll } from "../rendering.ts";

/** Code for Node and code for browsers see different globals, so each is checked as a project of its own. */
const typeProjects = [".", "server-chat/web"];

const check: Command = {
  name: "check",
  summary: "Types, lint, schemas, rules, and whether dist/ is what a synthesis would write. Changes nothing.",
  options: { json: { type: "boolean", help: "print the findings as one JSON object" } },
  async run(context) {
    const { root, options, stdout, stderr, nowMs, isTerminal } = context;
    const [types, lint, rendering] = await Promise.all([
      checkTypes(context),
      runTool(context, "@biomejs/biome/bin/biome", ["check", `--colors=${isTerminal ? "force" : "off"}`]),
      settle(renderAll(root, nowMs)),
    ]);
    if ("reason" in rendering) {
      // What stopped the rendering is often a mistake that the type checker points at more exactly.
      if (types.exitCode !== 0) stderr(`types (tsc):\n${types.output}\n`);
      throw rendering.reason;
    }
    const { findings, notices, texts } = rendering.value;
    const { changed, removed } = compare(root, renderedFolders, texts);
    const stale = [...changed, ...removed].sort();
    const clean = types.exitCode === 0 && lint.exitCode === 0 && findings.length === 0 && stale.length === 0;

    if (options.json === true) {
      const tool = ({ exitCode: code, output }: typeof types) => ({ ok: code === 0, output: code === 0 ? "" : output });
      stdout(`${JSON.stringify({ clean, findings, stale, notices, types: tool(types), lint: tool(lint) })}\n`);
    } else {
      for (const notice of notices) stderr(`notice: ${notice}\n`);
      if (types.exitCode !== 0) stderr(`types (tsc):\n${types.output}\n`);
      if (lint.exitCode !== 0) stderr(`lint (biome):\n${lint.output}\n`);
      stderr(formatFindings(findings, isTerminal));
      if (stale.length > 0) {
        stderr(
          `dist is stale: these files differ from what \`npm run synth\` writes:\n${stale.map((path) => `  ${path}\n`).join("")}`,
        );
        stderr("Run `npm run synth` and commit the result; rendered files are not edited by hand.\n");
      }
      if (clean) stdout(`types, lint, ${texts.size} manifests: clean\n`);
    }
    return clean ? exitCode.ok : exitCode.findings;
  },
};

/** The outcome of a promise as a value: the other programs still have something to say when it fails. */
async function settle<Value>(
  promise: Promise<Value>,
): Promise<{ readonly value: Value } | { readonly reason: unknown }> {
  try {
    return { value: await promise };
  } catch (reason) {
    return { reason };
  }
}

async function checkTypes(context: CommandContext) {
  const results = await Promise.all(
    typeProjects.map((project) =>
      runTool(context, "typescript/bin/tsc", ["--noEmit", "--pretty", "false", "--project", project]),
    ),
  );
  // Both see what they share, and say the same of it.
  const lines = new Set(results.flatMap(({ output }) => output.split("\n")));
  return { exitCode: Math.max(...results.map(({ exitCode: code }) => code)), output: [...lines].join("\n") };
}

/** A program of node_modules by its path there, under this very Node: the machine's own may be too old. */
function runTool({ root, variables, signal }: CommandContext, tool: string, args: readonly string[]) {
  return runProgram(process.execPath, [join(root, "node_modules", tool), ...args], { cwd: root, variables, signal });
}

export default check;
