import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { aofFolder } from "../power-cut/disk.ts";
import { defineFaults, type Scene, seconds } from "../scene.ts";

/** All nodes say that sends can succeed again. */
const nodesReady = ({ stage }: Scene) => Promise.all(stage.nodes.map((node) => node.waitUntilReady()));

/** For what Redis still sent before it was killed. */
const settleMs = 300;

export const redisFaults = defineFaults({
  "redis-kill": {
    nominalMs: 2_500,
    side: "servers",
    slowsReturns: true,
    async strike(scene) {
      const { redis } = scene.stage;
      await redis.kill();
      const awayMs = scene.random.between(100, 1_000);
      await pause(awayMs);
      await redis.start();
      await nodesReady(scene);
      return `Redis killed (-9), started again after ${seconds(awayMs)}`;
    },
  },
  "redis-stop": {
    nominalMs: 4_000,
    side: "servers",
    slowsReturns: true,
    async strike(scene) {
      const { redis } = scene.stage;
      const stoppedMs = scene.random.between(2_000, 3_500);
      redis.pause();
      await pause(stoppedMs);
      redis.resume();
      await nodesReady(scene);
      return `Redis stopped for ${seconds(stoppedMs)} (SIGSTOP)`;
    },
  },
  "redis-restore": {
    nominalMs: 5_500,
    side: "servers",
    slowsReturns: true,
    alone: true,
    async strike(scene) {
      const { stage, recorder } = scene;
      const { redis } = stage;
      const folder = join(redis.folder, aofFolder);
      const copy = mkdtempSync(join(tmpdir(), "chat-copy-"));
      try {
        const fromMs = recorder.nowMs();
        // As a backup that nobody told Redis of: the newest file may end within a record, which Redis then drops.
        cpSync(folder, copy, { recursive: true });
        await pause(scene.random.between(1_500, 2_500));
        // At times no node is left that knew more: then the clients are the ones who do.
        const forgetful = scene.random.next() < 0.35 ? stage.nodes : [];
        await redis.kill();
        await pause(settleMs);
        await Promise.all(forgetful.map((node) => node.kill()));
        rmSync(folder, { recursive: true });
        cpSync(copy, folder, { recursive: true });
        const toMs = recorder.nowMs();
        scene.rolledBack(fromMs, toMs);
        await redis.start();
        await Promise.all(forgetful.map((node) => node.start()));
        stage.route();
        await nodesReady(scene);
        const all = forgetful.length > 0 ? "Redis and all nodes" : "Redis";
        return `${all} killed, Redis restored from a copy that was ${seconds(toMs - fromMs)} old`;
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    },
  },
});
