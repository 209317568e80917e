import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { redisSettings } from "server-chat/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { render } from "../test/production.ts";

const objects = render().manifests.map(({ object }) => object);
const find = (kind: string) => {
  const found = objects.find((object) => object.kind === kind && object.metadata.name === "redis");
  if (!found) throw new Error(`no ${kind} redis`);
  return found;
};
const config = (find("ConfigMap").data as Record<string, string>)["redis.conf"] ?? "";
const [container] = (
  find("StatefulSet").spec as {
    template: { spec: { containers: { command: string[]; readinessProbe: { exec: { command: string[] } } }[] } };
  }
).template.spec.containers;

// What the server was promised: an acknowledged message is on disk, and a full memory evicts nothing.
test("the settings hold what the server's contract demands", () => {
  const lines = config.split("\n");
  for (const [name, value] of Object.entries(redisSettings)) expect(lines).toContain(`${name} ${value}`);
});

const installed = (() => {
  try {
    execFileSync("redis-server", ["--version"]);
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!installed)("with a real redis-server", () => {
  /** Runs the rendered start command with its three absolute folders moved to a temporary one, on a free port. */
  async function start(password: string) {
    const folder = mkdtempSync(join(tmpdir(), "redis-test-"));
    const port = await freePort();
    for (const part of ["data", "etc/redis", "run/secrets/redis"]) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, "run/secrets/redis/password"), password);
    const local = (text: string) =>
      text.replaceAll(/(^|\s|\()\/(etc\/redis|run\/secrets|data)/g, `$1${folder}/$2`).replaceAll("6379", String(port));
    writeFileSync(join(folder, "etc/redis/redis.conf"), `${local(config)}bind 127.0.0.1\n`);
    const [shell = "", ...args] = container?.command ?? [];
    const server = spawn(shell, args.map(local), { stdio: ["ignore", "pipe", "pipe"] });
    onTestFinished(async () => {
      server.kill("SIGKILL");
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
      rmSync(folder, { recursive: true });
    });
    const cli = (...words: string[]) =>
      execFileSync("redis-cli", ["-p", String(port), ...words], {
        env: { ...process.env, REDISCLI_AUTH: password },
        encoding: "utf8",
      }).trim();
    const [probe = "", ...probeArgs] = container?.readinessProbe.exec.command ?? [];
    const ready = () => {
      try {
        execFileSync(probe, probeArgs.map(local), { stdio: "ignore" });
        return true;
      } catch {
        return false;
      }
    };
    for (let attempt = 0; attempt < 100 && !ready(); attempt++) await pause(50);
    return { server, cli, ready, port, folder };
  }

  test("the start command gives a server with these settings, and the probe finds it ready", async () => {
    const { cli, ready } = await start("plain");
    expect(ready()).toBe(true);
    for (const [name, value] of Object.entries(redisSettings))
      expect(cli("config", "get", name).split("\n")).toEqual([name, value]);
  });

  test.each(['quo"te', "back\\slash", "spa ce", "$HOME `id`", "#hash"])(
    "the password %s works as it is written in the Secret",
    async (password) => {
      const { cli, port } = await start(password);
      expect(cli("ping")).toBe("PONG");
      const stranger = execFileSync("redis-cli", ["-p", String(port), "ping"], { encoding: "utf8" });
      expect(stranger).toContain("NOAUTH");
    },
  );

  test("the password is in no argument of the process, and the process is Redis itself", async () => {
    const { server } = await start("s3cret-word");
    const commandLine = readFileSync(`/proc/${server.pid}/cmdline`, "utf8");
    expect(commandLine).toContain("redis-server");
    expect(commandLine).not.toContain("s3cret-word");
  });

  test("SIGTERM ends it in order, with every write in its append-only file", async () => {
    const { server, cli, folder } = await start("plain");
    cli("set", "message", "kept");
    server.kill("SIGTERM");
    const [code] = (await once(server, "exit")) as [number];
    expect(code).toBe(0);
    const files = readdirSync(join(folder, "data", "appendonlydir")).map((name) =>
      readFileSync(join(folder, "data", "appendonlydir", name), "latin1"),
    );
    expect(files.join("")).toContain("kept");
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
