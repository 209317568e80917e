import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hook } from "./schedule.ts";

/** In the remote: the commits that a "forgets" hook took back, one a line. */
export const forgottenFile = "forgotten";

const counting = (pushes: number) => `#!/bin/sh
number=$(cat pushes 2>/dev/null || echo 0)
[ "$number" -lt ${pushes} ] || exit 0
echo $((number + 1)) >pushes
`;

const bodies: Readonly<Record<Exclude<Hook["kind"], "none">, { readonly file: string; readonly body: string }>> = {
  rival: {
    file: "pre-receive",
    // Outside of the quarantine that keeps what is being received apart.
    body: `unset GIT_QUARANTINE_PATH GIT_OBJECT_DIRECTORY GIT_ALTERNATE_OBJECT_DIRECTORIES
export GIT_INDEX_FILE="$PWD/rival-index-$$" GIT_AUTHOR_NAME=rival GIT_AUTHOR_EMAIL=rival@example.com
head=$(git rev-parse main)
git read-tree "$head"
git update-index --add --cacheinfo "100644,$(echo "$number" | git hash-object -w --stdin),notes/rival-$number-$$.txt"
commit=$(git commit-tree "$(git write-tree)" -p "$head" -m 'docs: a note of a rival')
git update-ref refs/heads/main "$commit" "$head"
exit 0
`,
  },
  locked: {
    file: "pre-receive",
    body: `echo "error: cannot lock ref 'refs/heads/main': Unable to create 'refs/heads/main.lock': File exists." >&2
exit 1
`,
  },
  declines: { file: "pre-receive", body: "echo 'the branch is frozen for a moment' >&2\nexit 1\n" },
  forgets: {
    file: "post-receive",
    body: `while read -r old new ref; do
  git update-ref "$ref" "$old" "$new" && echo "$new" >>${forgottenFile}
done
`,
  },
};

/** Makes a bare repository treat its first pushes as the schedule says. */
export function installHook(remote: string, { kind, pushes }: Hook): void {
  if (kind === "none") return;
  const { file, body } = bodies[kind];
  writeFileSync(join(remote, "hooks", file), counting(pushes) + body, { mode: 0o755 });
}
