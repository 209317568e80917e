import { exitCode } from "../../config/user-error.ts";
import { readCommits } from "../../io/read-commits.ts";
import { findUnplaced, formatChangelog } from "../../reports/changelog.ts";
import type { Command } from "../command.ts";

const changelog: Command = {
  name: "changelog",
  summary: "Prints the changelog, from the history of git. A commit whose subject names no area is a finding.",
  options: { since: { type: "string", value: "REF", help: "only what this commit, branch or tag does not have" } },
  async run({ root, options, variables, signal, stdout, stderr }) {
    const since = typeof options.since === "string" ? options.since : undefined;
    const commits = await readCommits(since, { cwd: root, variables, signal });
    stdout(formatChangelog(commits));
    const unplaced = findUnplaced(commits);
    for (const { id, subject } of unplaced)
      stderr(`${id.slice(0, 7)} "${subject}": expected \`area: sentence\`, in lower case and without a full stop\n`);
    return unplaced.length === 0 ? exitCode.ok : exitCode.findings;
  },
};

export default changelog;
