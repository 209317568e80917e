import { expect, test } from "vitest";
import { isRace } from "./push-answer.ts";

/** As git 2.39, git 2.52 (the last one) and GitHub print it. */
const races = [
  "To /origin\n!\tabc:refs/heads/main\t[rejected] (fetch first)\nDone\n",
  "To /origin\n!\tabc:refs/heads/main\t[rejected] (non-fast-forward)\nDone\n",
  "To /origin\n!\tabc:refs/heads/main\t[rejected] (stale info)\nDone\n",
  "remote: error: cannot lock ref 'refs/heads/main': is at 1 but expected 2\n!\tabc:refs/heads/main\t[remote rejected] (failed to update ref)\n",
  "!\tabc:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main': is at 1 but expected 2)\n",
  "!\tabc:refs/heads/main\t[remote rejected] (failed to update ref)\n",
  "!\tabc:refs/heads/main\t[remote rejected] (incorrect old value provided)\n",
];
const failures = [
  "!\tabc:refs/heads/main\t[remote rejected] (pre-receive hook declined)\n",
  "remote: error: GH006: Protected branch update failed for refs/heads/main.\n!\tabc:refs/heads/main\t[remote rejected] (protected branch hook declined)\n",
  "remote: error: GH013: Repository rule violations found\n!\tabc:refs/heads/main\t[remote rejected] (push declined due to repository rule violations)\n",
  "fatal: could not read Username for 'https://github.com': terminal prompts disabled\n",
  "fatal: unable to access 'https://github.com/owner/name.git/': Could not resolve host: github.com\n",
  "fatal: the remote end hung up unexpectedly\n",
  "",
];

test.each(races)("another push was first: %j", (answer) => expect(isRace(answer)).toBe(true));

// Doing it again would hide what a person has to mend.
test.each(failures)("not a race: %j", (answer) => expect(isRace(answer)).toBe(false));
