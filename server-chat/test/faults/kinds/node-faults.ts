import { setTimeout as pause } from "node:timers/promises";
import { drainSeconds } from "../../../src/contract.ts";
import { defineFaults, type Scene, seconds } from "../scene.ts";
import type { StageNode } from "../stage-node.ts";

/** The first node lives through the whole run, so that what grows in it shows at the end. */
const mortal = ({ stage, random }: Scene): StageNode => random.pick(stage.nodes.slice(1));

const stoppedMs = 10_000;

export const nodeFaults = defineFaults({
  "node-kill": {
    nominalMs: 3_000,
    side: "servers",
    slowsReturns: false,
    async strike(scene) {
      const { stage, random } = scene;
      const node = mortal(scene);
      await node.kill();
      stage.route();
      const awayMs = random.between(200, 1_500);
      await pause(awayMs);
      await node.start();
      stage.route();
      return `${node.name} killed (-9), started again after ${seconds(awayMs)}`;
    },
  },
  "node-term": {
    nominalMs: 5_000,
    side: "servers",
    slowsReturns: false,
    async strike(scene) {
      const node = mortal(scene);
      const fromMs = performance.now();
      const leaving = node.term();
      scene.stage.route();
      const { code, signal } = await leaving;
      const tookMs = performance.now() - fromMs;
      if (code !== 0) scene.trouble(`${node.name} drained and then ended with ${code ?? signal} instead of 0`);
      if (tookMs > drainSeconds * 1_000) scene.trouble(`${node.name} took ${seconds(tookMs)} to drain`);
      await node.start();
      scene.stage.route();
      return `${node.name} told to go (SIGTERM), ended with ${code} after ${seconds(tookMs)}, started again`;
    },
  },
  "node-stop": {
    nominalMs: stoppedMs + 1_000,
    side: "servers",
    slowsReturns: true,
    async strike({ stage, random }) {
      const node = random.pick(stage.nodes);
      node.pause();
      await pause(stoppedMs);
      node.resume();
      await node.waitUntilReady();
      return `${node.name} stopped for ${seconds(stoppedMs)} (SIGSTOP)`;
    },
  },
  "clock-jump": {
    nominalMs: 3_500,
    side: "servers",
    slowsReturns: false,
    async strike({ stage, random }) {
      const node = stage.nodes.at(-1) as StageNode;
      const offset = random.pick(["+1h", "+3h", "-1h", "-3h"]);
      node.moveClock(offset);
      await pause(2_000);
      node.moveClock("+0");
      // Until the node has read it: the library looks once a second.
      await pause(1_100);
      return `the clock of ${node.name} jumped by ${offset}, and back`;
    },
  },
});
