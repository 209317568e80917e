import { changeLines, titleOf } from "./change-lines.ts";
import type { JudgedChange } from "./platform-change.ts";
import { byApp, byRisk, countOf, type DiffReport, plural } from "./report.ts";
import type { Risk } from "./risk.ts";

/** GitHub takes 65,536 characters in a comment; bytes are never fewer, and a caller may add a line of its own. */
export const limitBytes = 60_000;

/** Of those, what the risks above may take, the fields or the risks of one object, and the closing line. */
const [risksBytes, objectBytes, closingBytes] = [20_000, 6_000, 500];

/**
 * A report as a comment of a pull request: risks first, each app folded below, under `limitBytes`. What does not fit is
 * left out whole and counted, so that no fence is ever cut. All that comes from manifests stands in code, where GitHub
 * makes neither markup nor mentions of it: a fork may have written it.
 */
export function formatMarkdown(report: DiffReport): string {
  const title = "### What changes in the cluster";
  const between = `${code(report.before)} → ${code(report.after)}`;
  if (report.changes.length === 0) return `${title}\n\n${between}: nothing differs.\n`;

  const head = [title, "", `${between}: **${countOf(report)}**`, "", ...riskTable(report), ""];
  const top = [...head, ...riskLines(report), ""].join("\n");

  let room = limitBytes - bytes(top) - closingBytes;
  let left = 0;
  const apps = byApp(report).flatMap(({ place, changes }) => {
    const [opening, closing] = [
      `<details><summary><code>${escapeHtml(oneLine(place))}</code>: ${plural(changes.length, "object")}</summary>\n\n`,
      "</details>\n",
    ];
    const inside = take(changes.map(formatObject), room - bytes(opening) - bytes(closing));
    left += inside.left;
    if (inside.taken.length === 0) return [];
    const text = `${opening}${inside.taken.join("")}${closing}`;
    room -= bytes(text) + 1;
    return [text];
  });
  const rest = left > 0 ? [`${plural(left, "object")} not shown: \`npm run diff\` shows everything.\n`] : [];
  return [top, ...apps, ...rest].join("\n");
}

function riskTable(report: DiffReport): string[] {
  const groups = byRisk(report);
  if (groups.length === 0) return ["No risk was found."];
  return ["| Risk | Objects |", "|---|---|", ...groups.map(({ id, changes }) => `| ${id} | ${changes.length} |`)];
}

/** Every sort of risk has its share of the room, so that many of one sort do not push out another. */
function riskLines(report: DiffReport): string[] {
  const groups = byRisk(report);
  let room = risksBytes;
  return groups.flatMap(({ id, changes }, position) => {
    const all = changes.flatMap((change) => {
      const place = `${code(`${change.environment}/${change.app}`)} ${code(titleOf(change).slice(2))}`;
      return change.risks.filter((risk) => risk.id === id).map((risk) => riskLine(risk, `${place}: `));
    });
    const { taken, left } = take(all, room / (groups.length - position));
    room -= bytes(taken.join("\n")) + 1;
    return left > 0 ? [...taken, `- **${id}**: ${left} more, with their objects below or in \`npm run diff\``] : taken;
  });
}

function riskLine({ id, why, remedy }: Risk, place = ""): string {
  const remedyText = remedy === undefined ? "" : ` Remedy: ${code(remedy)}`;
  return `- **${id}** ${place}${code(why)}${remedyText}`;
}

function formatObject(change: JudgedChange): string {
  const risks = take(
    change.risks.map((risk) => riskLine(risk)),
    objectBytes,
  );
  if (risks.left > 0) risks.taken.push(`- and ${plural(risks.left, "risk")} more: \`npm run diff\` shows them`);
  const head = `${[code(titleOf(change)), "", ...risks.taken].join("\n").trimEnd()}\n\n`;
  const { taken, left } = take(changeLines(change).map(short), objectBytes);
  const lines = left > 0 ? [...taken, `  ... ${plural(left, "line")} more`] : taken;
  if (lines.length === 0) return head;
  const fence = "`".repeat(Math.max(3, longestTicks(lines.join("\n")) + 1));
  return `${head}${fence}diff\n${lines.join("\n")}\n${fence}\n\n`;
}

/** As many of the texts, from the first one on, as fit into so many bytes with a line break each. */
function take(texts: readonly string[], room: number): { readonly taken: string[]; readonly left: number } {
  const taken: string[] = [];
  let used = 0;
  for (const text of texts) {
    used += bytes(text) + 1;
    if (used > room) break;
    taken.push(text);
  }
  return { taken, left: texts.length - taken.length };
}

/** Text as a code span of one line. */
function code(text: string): string {
  const line = oneLine(text);
  const ticks = "`".repeat(longestTicks(line) + 1);
  // A span that begins or ends with a tick needs a space there, which GitHub does not show.
  return ticks.length > 1 ? `${ticks} ${line} ${ticks}` : `\`${line === "" ? " " : line}\``;
}

function oneLine(text: string): string {
  return short(text).replaceAll(/\s+/g, " ");
}

/** So many characters of a line are shown; a character takes at most two units of a text. */
const shownCharacters = 300;

function short(text: string): string {
  const characters = [...text.slice(0, 2 * shownCharacters + 2)];
  return characters.length > shownCharacters ? `${characters.slice(0, shownCharacters).join("")}…` : text;
}

function longestTicks(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
