import { setTimeout as pause } from "node:timers/promises";
import { dropMessages, isRoomChannel } from "../bus-drop.ts";
import { defineFaults, seconds } from "../scene.ts";

/** Between a node and Redis. */
export const linkFaults = defineFaults({
  "redis-link-cut": {
    nominalMs: 1_000,
    side: "servers",
    slowsReturns: true,
    async strike({ stage, random }) {
      const node = random.pick(stage.nodes);
      node.redisLink.cut();
      await node.waitUntilReady();
      return `connections of ${node.name} to Redis cut`;
    },
  },
  "redis-link-blackhole": {
    nominalMs: 4_500,
    side: "servers",
    slowsReturns: true,
    async strike({ stage, random }) {
      const node = random.pick(stage.nodes);
      const direction = random.pick(["up", "down", "both"] as const);
      const heldMs = random.between(2_000, 4_000);
      node.redisLink.blackhole(direction);
      await pause(heldMs);
      node.redisLink.heal();
      await node.waitUntilReady();
      return `nothing passed between ${node.name} and Redis (${direction}) for ${seconds(heldMs)}`;
    },
  },
  "redis-reply-lost": {
    nominalMs: 1_500,
    side: "servers",
    slowsReturns: true,
    async strike({ stage, random }) {
      const node = random.pick(stage.nodes);
      const lostMs = random.between(100, 500);
      node.redisLink.dropReplies();
      await pause(lostMs);
      node.redisLink.heal();
      await node.waitUntilReady();
      return `Redis did what ${node.name} asked for, its answers of ${seconds(lostMs)} were lost`;
    },
  },
  "bus-drop": {
    nominalMs: 3_000,
    side: "servers",
    slowsReturns: true,
    async strike({ stage, random }) {
      const node = random.pick(stage.nodes);
      let count = 0;
      const drops = (channel: string) => {
        const dropped = isRoomChannel(channel) && random.next() < 0.5;
        if (dropped) count += 1;
        return dropped;
      };
      node.redisLink.rewrite((chunk, direction) => (direction === "down" ? dropMessages(chunk, drops) : chunk));
      await pause(3_000);
      node.redisLink.heal();
      return `${count} messages of the bus to ${node.name} dropped, half of all`;
    },
  },
});
