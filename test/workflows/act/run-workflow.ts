import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { git, type Remote } from "../../git-remote.ts";
import { root } from "../../production.ts";
import { runProgram } from "../run-script.ts";
import { workflow } from "../workflows.ts";

/**
 * The network is cut: what `npm ci` would fetch is what this checkout has. A link of npm's own is to the workspace beside
 * it, so to the clone's. The rest is the real npm.
 */
const npmOfTheTest = `#!/bin/sh
if [ "$1" = ci ]; then
  set -e
  mkdir node_modules
  cd node_modules
  find "${root}/node_modules" -mindepth 1 -maxdepth 1 -type l -exec cp --no-dereference --target-directory . {} +
  find "${root}/node_modules" -mindepth 1 -maxdepth 1 ! -type l -exec ln --symbolic --target-directory . {} +
else
  PATH=\${PATH#*:} exec npm "$@"
fi
`;

/** What the stand-in of an action gives; those that are not here do nothing. */
const outputs: Readonly<Record<string, string>> = {
  "actions/create-github-app-token": 'outputs: { token: { value: "token of the App" } }\n',
};

export interface WorkflowEvent {
  /** Names the clone that it runs in. */
  readonly name: string;
  readonly type: "repository_dispatch" | "workflow_dispatch";
  /** As GitHub puts it at GITHUB_EVENT_PATH. */
  readonly content: object;
}

export interface WorkflowRun {
  readonly exitCode: number | null;
  readonly log: string;
}

/** Runs update-image.yml with act, in a clone of its own, as GitHub's runner would: every step but the actions is real. */
export async function runWorkflow(
  remote: Pick<Remote, "path" | "folder" | "clone">,
  { name, type, content }: WorkflowEvent,
): Promise<WorkflowRun> {
  const clone = remote.clone(`clone-of-${name}`);
  const folder = join(remote.folder, `runner-of-${name}`);
  const write = (path: string, text: string) => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  // act takes the repository's name from the remote's URL; git goes to the remote on this machine all the same.
  const url = "https://github.com/owner/platform.git";
  git(clone, "remote", "set-url", "origin", url);
  chmodSync(write("bin/npm", npmOfTheTest), 0o755);
  const env = {
    PATH: `${join(folder, "bin")}:${dirname(process.execPath)}:${process.env.PATH}`,
    HOME: folder,
    GIT_CONFIG_GLOBAL: write("gitconfig", `[url "${remote.path}"]\n\tinsteadOf = ${url}\n`),
  };
  const actions = [...workflow("update-image").text.matchAll(/uses: ((\S+)@\S+)/g)].flatMap(([, uses, action = ""]) => {
    const text = `name: ${action}\nruns: { using: composite, steps: [{ shell: bash, run: ":" }] }\n${outputs[action] ?? ""}`;
    return ["--local-repository", `${uses}=${dirname(write(`${action}/action.yml`, text))}`];
  });
  const args = [
    ...[type, "--eventpath", write("event.json", JSON.stringify(content))],
    ...["--workflows", ".github/workflows/update-image.yml", "--platform", "ubuntu-24.04=-self-hosted"],
    ...["--secret", "UPDATE_IMAGE_APP_PRIVATE_KEY=none", "--var", "UPDATE_IMAGE_APP_CLIENT_ID=none"],
    ...["--defaultbranch", "main", "--no-cache-server", ...actions],
  ];
  const { exitCode, stdout, stderr } = await runProgram("act", args, env, clone);
  return { exitCode, log: `${stdout}${stderr}` };
}
