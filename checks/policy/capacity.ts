import { capacityOf } from "../capacity.ts";
import { exceeds, showCpu, showMemory } from "../quantity.ts";
import { defineRule } from "../rule.ts";

const resources = [
  { key: "cpuCores", what: "CPU", show: showCpu },
  { key: "memoryBytes", what: "memory", show: showMemory },
] as const;

export default defineRule({
  id: "capacity",
  severity: "error",
  why: "Some pods stay pending: all requests, with the surge of a roll-out, are more than the servers have left.",
  fix: "Lower requests or replicas, or add a server to the environment.",
  check: function* (tree) {
    const { servers, demands } = capacityOf(tree);
    for (const { key, what, show } of resources) {
      const free = servers.reduce((sum, server) => sum + server.free[key], 0);
      const wanted = demands.reduce((sum, demand) => sum + demand.total[key], 0);
      if (!exceeds(wanted, free)) continue;
      // Whoever asks for most is the first to look at.
      const [largest] = demands.filter(({ manifest }) => manifest).sort((a, b) => b.total[key] - a.total[key]);
      const manifest = largest?.manifest ?? tree.manifests[0];
      if (manifest) {
        yield {
          manifest,
          field: largest?.field ?? "",
          found: `requests of ${show(wanted)} ${what} where ${servers.length} servers have ${show(free)}, most of it by ${largest?.name}`,
        };
      }
    }
  },
});
