import { resolve } from "node:path";
import { exitCode, UserError } from "../../config/user-error.ts";
import { makeFolder, writeTree } from "../../io/write-tree.ts";
import type { Command } from "../command.ts";
import { formatFindings, worst } from "../findings.ts";
import { renderedFolders } from "../rendered-folders.ts";
import { renderAll } from "../rendering.ts";

const synth: Command = {
  name: "synth",
  summary: "Renders every environment, checks it, and writes dist/ and bootstrap/. A finding leaves them as they were.",
  options: {
    watch: { type: "boolean", help: "render again whenever a source file changes, until Ctrl-C" },
    json: { type: "boolean", help: "print what happened as one JSON object" },
    stages: { type: "boolean", help: "print where the time went" },
  },
  async run(context) {
    const { root, options, signal, nowMs, stdout, stderr, variables } = context;
    if (options.watch === true) {
      if (options.json === true)
        throw new UserError("--watch and --json were given together.", { remedy: "Choose one of them." });
      const { watchAndSynth } = await import("../watch.ts");
      return watchAndSynth(context);
    }
    // `cdk8s synth` fails unless the app makes the folder that it names; the manifests go to dist/ all the same.
    if (variables.CDK8S_OUTDIR !== undefined) makeFolder(resolve(root, variables.CDK8S_OUTDIR));
    const startMs = nowMs();
    const { texts, findings, notices, stages } = await renderAll(root, nowMs);
    signal.throwIfAborted();
    const refused = worst(findings) === "error";
    const beforeWriteMs = nowMs();
    const written = refused ? undefined : await writeTree(root, renderedFolders, texts, signal);
    const allStages = [...stages, { name: "write", durationMs: nowMs() - beforeWriteMs }];

    if (options.json === true) {
      stdout(`${JSON.stringify({ manifests: texts.size, written, findings, notices, stages: allStages })}\n`);
    } else {
      for (const notice of notices) stderr(`notice: ${notice}\n`);
      stderr(formatFindings(findings, context.isTerminal));
      if (written) {
        const { changed, removed } = written;
        const what =
          changed.length + removed.length === 0
            ? "nothing changed"
            : `${changed.length} written, ${removed.length} removed`;
        stdout(`${texts.size} manifests in dist/ and bootstrap/: ${what} (${Math.round(nowMs() - startMs)} ms)\n`);
      }
      if (options.stages === true)
        for (const { name, durationMs } of allStages) stdout(`  ${durationMs.toFixed(1).padStart(8)} ms  ${name}\n`);
    }
    return refused ? exitCode.findings : exitCode.ok;
  },
};

export default synth;
