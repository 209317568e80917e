import { exitCode, UserError } from "../../config/user-error.ts";
import { createGit } from "../../io/git.ts";
import { readChanges, resolveCommit } from "../../io/read-changes.ts";
import { comparePlatforms } from "../../reports/diff/compare-platforms.ts";
import { formatJson } from "../../reports/diff/format-json.ts";
import { formatMarkdown } from "../../reports/diff/format-markdown.ts";
import { formatText } from "../../reports/diff/format-text.ts";
import { byRisk, type DiffReport } from "../../reports/diff/report.ts";
import { riskRules } from "../../reports/diff/risks.ts";
import { surroundingPaths } from "../../reports/diff/surroundings.ts";
import type { Command, CommandContext } from "../command.ts";
import { renderedFolders } from "../rendered-folders.ts";

const risks = riskRules.map(({ id }) => id);

const diff: Command = {
  name: "diff",
  summary:
    "What a change of dist/ and bootstrap/ does to the cluster: field by field, with its risks. Changes nothing.",
  operand: {
    value: "REF|A..B",
    help: "compare the working tree with this commit (HEAD unless given), or commit B with commit A",
  },
  options: {
    markdown: { type: "boolean", help: "print a comment for a pull request, under 60,000 bytes" },
    json: { type: "boolean", help: "print everything as one JSON object" },
    "exit-code": { type: "boolean", help: "exit with 1 when anything differs" },
    "fail-on": {
      type: "string",
      multiple: true,
      value: "RISK",
      help: `exit with 1 when a change carries this risk; may be given again: ${risks.join(", ")}`,
    },
  },
  async run(context) {
    const { options, stdout, operand } = context;
    if (options.markdown === true && options.json === true) {
      throw new UserError("--markdown and --json were given together.", { remedy: "Choose one of them." });
    }
    const failOn = [options["fail-on"] ?? []].flat().map(String);
    const unknown = failOn.find((id) => !risks.some((risk) => risk === id));
    if (unknown !== undefined) {
      throw new UserError(`--fail-on is "${unknown}".`, { remedy: `Give one of: ${risks.join(", ")}.` });
    }
    const report = await compare(context, operand ?? "HEAD");
    const format = options.markdown === true ? formatMarkdown : options.json === true ? formatJson : formatText;
    stdout(format(report));
    const differs = options["exit-code"] === true && report.changes.length > 0;
    const carries = byRisk(report).some(({ id }) => failOn.includes(id));
    return differs || carries ? exitCode.findings : exitCode.ok;
  },
};

export default diff;

async function compare({ root, variables, signal }: CommandContext, range: string): Promise<DiffReport> {
  const [from = "", to, ...more] = range.split("..");
  if (more.length > 0 || from === "" || to === "" || to?.startsWith(".")) {
    throw new UserError(`"${range}" is no commit and no pair of commits.`, {
      remedy: "Give a commit such as main~3, or two as A..B.",
    });
  }
  const git = createGit({ cwd: root, variables: { ...variables, GIT_OPTIONAL_LOCKS: "0" }, signal });
  const [before, after] = await Promise.all([
    resolveCommit(git, from),
    to === undefined ? undefined : resolveCommit(git, to),
  ]);
  const files = await readChanges(git, root, { before, after }, renderedFolders, surroundingPaths);
  const sides = {
    before: nameOf(from, before),
    after: to === undefined || !after ? "working tree" : nameOf(to, after),
  };
  return { ...sides, changes: comparePlatforms(files, sides) };
}

/** `main (1234567)`: a name moves, a commit does not. */
function nameOf(revision: string, commit: string): string {
  return commit.startsWith(revision) ? commit.slice(0, 12) : `${revision} (${commit.slice(0, 12)})`;
}
