/** What of a folder a power cut leaves for sure: names of the entries, and how many bytes of each are covered. */
export interface Durable {
  /** Inode by name. */
  readonly entries: ReadonlyMap<string, string>;
  readonly bytesByInode: ReadonlyMap<string, number>;
}

/**
 * Follows the shim's journal from what was on disk when it began.
 *
 * @param folderInode of the folder that is asked for; those of other folders are left out
 */
export function replayJournal(before: Durable, folderInode: string, journal: string): Durable {
  let entries = before.entries;
  const bytesByInode = new Map(before.bytesByInode);
  // A line that was being written when the process was killed has no end, and its call had not returned.
  const lines = journal.split("\n").slice(0, -1);
  for (const line of lines) {
    const [what = "", inode = "", ...rest] = line.split(" ");
    const value = rest.join(" ");
    if (what === "sync") bytesByInode.set(inode, Number(value));
    else if (what === "truncate") bytesByInode.set(inode, Math.min(bytesByInode.get(inode) ?? 0, Number(value)));
    else if (what === "folder") {
      if (inode === folderInode) entries = parseEntries(value);
    } else throw new Error(`The journal has a line of unknown kind: ${line}`);
  }
  return { entries, bytesByInode };
}

function parseEntries(list: string): ReadonlyMap<string, string> {
  const pairs = list
    .split("/")
    .filter((entry) => entry !== "")
    .map((entry) => [entry.slice(entry.indexOf(":") + 1), entry.slice(0, entry.indexOf(":"))] as const);
  return new Map(pairs);
}
