import { setTimeout as pause } from "node:timers/promises";
import { defineFaults, seconds } from "../scene.ts";

/** Between clients and nodes. */
export const clientFaults = defineFaults({
  "client-cut": {
    nominalMs: 500,
    side: "clients",
    slowsReturns: false,
    async strike({ crowdWays, random }) {
      const way = random.pick(crowdWays);
      const count = way.connections;
      way.cut();
      await pause(500);
      return `${count} connections of clients cut`;
    },
  },
  "client-blackhole": {
    nominalMs: 4_500,
    side: "clients",
    slowsReturns: true,
    async strike({ crowdWays, random }) {
      const way = random.pick(crowdWays);
      const direction = random.pick(["up", "down", "both"] as const);
      const heldMs = random.between(2_000, 8_000);
      way.blackhole(direction);
      await pause(heldMs);
      way.heal();
      return `nothing passed between ${way.connections} clients and their node (${direction}) for ${seconds(heldMs)}`;
    },
  },
  "client-reply-lost": {
    nominalMs: 500,
    side: "clients",
    slowsReturns: true,
    async strike({ crowdWays, random }) {
      const way = random.pick(crowdWays);
      const lostMs = random.between(100, 500);
      way.dropReplies();
      await pause(lostMs);
      way.heal();
      return `what a node said to a group of clients within ${seconds(lostMs)} was lost`;
    },
  },
  "slow-reader": {
    nominalMs: 6_000,
    side: "servers",
    slowsReturns: true,
    strike: ({ flood, trouble }) => flood.run(trouble),
  },
});
