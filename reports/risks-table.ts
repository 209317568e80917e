import type { RiskRule } from "./diff/risk.ts";

/** docs/reference/risks.md: every risk that `npm run diff` names, the gravest first. */
export function formatRisksTable(rules: readonly RiskRule[]): string {
  const rows = rules.map(
    ({ id, meaning, advice }) => `| [${id}](../../reports/diff/risks/${id}.ts) | ${meaning} | ${advice} |`,
  );
  return `# Risks of a change

What \`npm run diff\` finds in a change, and what \`--fail-on\` takes. Each risk is one file that says when a change carries
it; thirty changes with the risks that they carry are in
[test/diff-samples/](../../test/diff-samples/). How to read a report:
[review a change](../how-to/review-a-change.md).

This page is written from the risks: \`npx vitest run --project unit reports --update\`.

| Risk | Meaning | What to do |
|---|---|---|
${rows.join("\n")}
`;
}
