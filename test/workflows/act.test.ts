import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Chapter, Story } from "./act/main.ts";
import { runProgram } from "./run-script.ts";
import { findMissing } from "./tools.ts";
import { workflows } from "./workflows.ts";

const skipped =
  process.getuid?.() === 0
    ? findMissing("act", "docker-registry", "unshare", "ip")
    : "skipped: only root can cut the network";

const tagOf = (letter: string) => `main-${letter.repeat(40)}`;

// The workflow itself, with the real bump, verifier, registry and git; see act/ for what is not real.
describe.skipIf(skipped)(`update-image.yml, run by act without a network ${skipped ?? ""}`, () => {
  let story: Story = { interfaces: [], chapters: [] };
  const chapter = (name: string): Chapter => {
    const found = story.chapters.find((one) => one.name === name);
    if (found === undefined) throw new Error(`nothing is told of ${name}`);
    return found;
  };

  beforeAll(async () => {
    const words = ["--net", "sh", "-c", 'ip link set lo up && exec timeout 280 "$@"', "sh", process.execPath];
    const { exitCode, stdout, stderr } = await runProgram(
      "unshare",
      [...words, join(import.meta.dirname, "act", "main.ts")],
      process.env,
    );
    if (exitCode !== 0) throw new Error(`the story broke off (${exitCode}):\n${stderr}`);
    story = JSON.parse(stdout);
  }, 300_000);

  test("there was nothing to reach but this machine", () => expect(story.interfaces).toEqual(["lo"]));

  test("a poisoned event is refused: no commit, nothing of it is run", () => {
    const { exitCode, log, ...rest } = chapter("poisoned");
    expect(log).toContain("The event is refused");
    expect(exitCode).toBe(1);
    expect(rest).toMatchObject({ commits: [], release: null, pwned: false });
  });

  test("an image of the right form that carries no attestation is refused", () => {
    const { exitCode, log, ...rest } = chapter("unattested");
    expect(log).toContain("carries no attestation");
    expect(exitCode).toBe(1);
    expect(rest).toMatchObject({ commits: [], release: null });
  });

  test("an announced image is committed and pushed, with everything that is rendered from it", () => {
    const { exitCode, log, commits, release } = chapter("first");
    expect(exitCode, log).toBe(0);
    expect(release).toMatchObject({ tag: tagOf("a"), runNumber: 7 });
    expect(commits).toHaveLength(1);
    const [{ author, message, paths } = { author: "", message: "", paths: [] }] = commits;
    expect(author).toBe("image bump");
    expect(message).toMatch(/^chore\(release\): server-chat main-a{12}\n/);
    expect(message).toMatch(/^Run: https:\/\/github\.com\/owner\/platform\/actions\/runs\/\d+$/m);
    expect(paths).toContain("config/images/server-chat.json");
    expect(paths.some((path) => path.startsWith("dist/production/chat-server/"))).toBe(true);
    expect(paths.filter((path) => path.startsWith(".github/"))).toEqual([]);
  });

  test("the same event once more is a success without a commit", () => {
    const { exitCode, log, commits } = chapter("replayed");
    expect(exitCode, log).toBe(0);
    expect(log).toContain("nothing to do");
    expect(commits).toHaveLength(1);
  });

  test("the next image follows", () => {
    const { exitCode, log, commits, release } = chapter("second");
    expect(exitCode, log).toBe(0);
    expect(release).toMatchObject({ tag: tagOf("c"), runNumber: 9 });
    expect(commits).toHaveLength(2);
  });

  test("a person brings an earlier release back, and cannot name anything else", () => {
    expect(chapter("poisoned-rollback")).toMatchObject({ exitCode: 1, pwned: false });
    expect(chapter("poisoned-rollback").commits).toHaveLength(2);
    const { exitCode, log, commits, release } = chapter("rollback");
    expect(exitCode, log).toBe(0);
    expect(release).toMatchObject({ tag: tagOf("a"), runNumber: 7 });
    expect(commits[0]?.message).toContain("roll server-chat back");
  });
});

// act has nothing of these; the workflow as it is committed does.
test("the committed workflow has the line that act does not know, once", () => {
  expect(workflows["update-image"]?.text.match(/^ {2}queue: max$/gm)).toHaveLength(1);
});
