import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { copyCheckout, linkPackages, type Run, run, runCommand } from "../checkout.ts";
import { createRemote, git } from "../git-remote.ts";
import { startServer } from "../registry/front.ts";
import { good, payloads, trace } from "./payloads.ts";

/** The command in a clone of a remote; where the image lies is in the record, never in an event. */
function createWorld(repository: string) {
  const recordPath = "config/images/server-chat.json";
  const remote = createRemote((folder) => {
    copyCheckout(folder);
    writeFileSync(join(folder, recordPath), `${JSON.stringify({ repository, release: null }, null, 2)}\n`);
  });
  const path = remote.clone("checkout");
  linkPackages(path);
  appendFileSync(join(path, ".git/info/exclude"), "node_modules\n");
  const before = git(remote.path, "rev-parse", "main");
  return {
    path,
    [Symbol.dispose]: () => remote[Symbol.dispose](),
    eventFile(payload: string, number: number) {
      const file = join(remote.folder, `event-${number}.json`);
      writeFileSync(file, `{"action":"update-chat-app-image","client_payload":${payload}}`);
      return file;
    },
    expectNothing() {
      expect(git(path, "status", "--porcelain")).toBe("");
      expect(git(path, "rev-list", "--all", "HEAD")).toBe(before);
      expect(git(remote.path, "for-each-ref", "--format=%(refname) %(objectname)")).toBe(`refs/heads/main ${before}`);
      for (const folder of [path, remote.folder]) expect(existsSync(join(folder, trace))).toBe(false);
    },
  };
}

/** A process that Node lets neither write a file nor start a program: what is refused in it has done neither. */
const jail = ["node", "--permission", "--allow-fs-read=*"];

/** What a run says of itself, when that is not a refusal. */
const unlikeRefusal = ({ exitCode, stdout, stderr }: Run) =>
  exitCode === 2 && stdout === "" && stderr.startsWith("The event is refused:\n") ? undefined : { exitCode, stderr };

test("the command refuses every payload of the table before it writes a file or starts a program", async () => {
  using world = createWorld("ghcr.io/owner/server-chat");
  const bump = (payload: string, number: number) => {
    const words = [join(world.path, "cli", "start.js"), "bump", `--event=${world.eventFile(payload, number)}`];
    return run(world.path, [...jail, ...words], {});
  };
  const waiting = Object.entries(payloads).entries();
  expect(Object.keys(payloads).length).toBeGreaterThanOrEqual(60);
  const wrong: Record<string, unknown> = {};
  const work = async () => {
    for (const [number, [name, payload]] of waiting) {
      const result = unlikeRefusal(await bump(payload, number));
      if (result !== undefined) wrong[name] = result;
    }
  };
  await Promise.all([work(), work()]);
  expect(wrong).toEqual({});
  world.expectNothing();

  // The jail holds: a good one goes on, and fails when it starts git.
  expect((await bump(JSON.stringify(good), -1)).stderr).toContain("--allow-child-process");
});

test("an image that no registry has is refused, and nothing is touched", async () => {
  const asked: string[] = [];
  const registry = await startServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(404).end();
  });
  onTestFinished(() => registry.stop());
  using world = createWorld(`${registry.host}/owner/server-chat`);
  const { exitCode, stderr } = await runCommand(world.path, ["bump"], {
    variables: { BUMP_PAYLOAD: JSON.stringify(good) },
  });
  expect(stderr).toContain(`@${good.digest} is not in the registry`);
  expect(exitCode).toBe(2);
  expect(asked).toEqual([`/v2/owner/server-chat/manifests/${good.digest}`]);
  world.expectNothing();
});

// What an event may say is one image of ours; everything else is the checkout's.
test.each([
  ["--verify=false", "Unknown option"],
  ["--no-verify", "Unknown option"],
  ["--repository=ghcr.io/stranger/name", "Unknown option"],
  ["--force", "Unknown option"],
  [`--rollback=${good.tag};touch ${trace}`, "The rollback is refused"],
  [`--rollback=${good.tag}`, "More than one release was asked for"],
])("%s is refused beside a payload or in place of one", async (option, message) => {
  const path = join(import.meta.dirname, "..", "..");
  const payload = option === `--rollback=${good.tag}` ? JSON.stringify(good) : "";
  const { exitCode, stderr } = await run(path, [...jail, join(path, "cli", "start.js"), "bump", option], {
    variables: { BUMP_PAYLOAD: payload },
  });
  expect(stderr).toContain(message);
  expect(exitCode).toBe(2);
});
