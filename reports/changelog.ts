/** A commit, as far as a changelog tells of it. */
export interface Commit {
  readonly id: string;
  /** Of the commit, in UTC: 2026-01-31. */
  readonly date: string;
  readonly subject: string;
}

interface Entry {
  readonly area: string;
  readonly sentence: string;
}

/**
 * A conventional commit (conventionalcommits.org 1.0.0) whose type is the area that changed: `charts: what is new`,
 * `chore(release): server-chat main-0123456789ab`. Git writes its own subjects for reverts.
 */
const shapes = [
  /^(?<area>[a-z0-9-]+(?:\([a-z0-9-]+\))?(?:, [a-z0-9-]+)*)!?: (?<sentence>\S.*[^.\s])$/,
  /^(?<area>Revert|Reapply) (?<sentence>".+")$/,
];

const releaseArea = "chore(release)";

/** Undefined for a subject that names no area. */
function parseSubject(subject: string): Entry | undefined {
  const { area, sentence } = shapes.map((shape) => shape.exec(subject)?.groups).find((groups) => groups) ?? {};
  return area === undefined || sentence === undefined ? undefined : { area: area.toLowerCase(), sentence };
}

/** The commits that a changelog cannot place. */
export function findUnplaced(commits: readonly Commit[]): readonly Commit[] {
  return commits.filter(({ subject }) => parseSubject(subject) === undefined);
}

/**
 * Commits, the newest first, as Markdown: a section for each release that reached production, in it a list for each area.
 * A release contains the commits before it; what came after the last one is still on its way.
 */
export function formatChangelog(commits: readonly Commit[]): string {
  const sections: { title: string; lists: Map<string, string[]> }[] = [{ title: "Not released", lists: new Map() }];
  for (const { id, date, subject } of commits) {
    const { area, sentence } = parseSubject(subject) ?? { area: "other", sentence: subject };
    if (area === releaseArea) {
      sections.push({ title: `${sentence} (${date})`, lists: new Map() });
      continue;
    }
    const lists = sections.at(-1)?.lists;
    lists?.set(area, [...(lists.get(area) ?? []), `- ${sentence} (${id.slice(0, 7)})`]);
  }
  const blocks = sections.flatMap(({ title, lists }, index) => {
    const areas = [...lists].sort(([a], [b]) => (a < b ? -1 : 1));
    if (index === 0 && areas.length === 0) return [];
    return [`## ${title}`, ...areas.map(([area, entries]) => [`### ${area}`, "", ...entries].join("\n"))];
  });
  return `${["# Changelog", ...blocks].join("\n\n")}\n`;
}
