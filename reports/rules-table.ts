import type { Rule } from "../checks/rule.ts";

/** docs/reference/rules.md: every rule with what it prevents and what to do, in the order of their ids. */
export function formatRulesTable(rules: readonly Rule[]): string {
  const rows = [...rules]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(
      ({ id, severity, why, fix }) =>
        `| [${id}](../../checks/policy/${id}.examples.yaml) | ${severity} | ${cell(why)} | ${cell(fix)} |`,
    );
  return `# Rules

Checked by every \`npm run synth\` and \`npm run check\`, after the schemas and before anything is written. An error stops
the synthesis; a warning is printed. A rule's name leads to examples of what it reports and of what it leaves alone.

A finding called \`schema\` comes from the JSON schemas of Kubernetes and of the CRDs themselves, which know every field.

To break a rule on purpose, give the object an exception with its reason in
[checks/exceptions.ts](../../checks/exceptions.ts). An exception that nothing needs is itself an error,
\`unused-exception\`.

This page is written from the rules: \`npx vitest run --project unit reports --update\`.

| Rule | Severity | Why | Remedy |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** A pipe would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
