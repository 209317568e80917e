import { capacityOf } from "../capacity.ts";
import { showCpu, showMemory } from "../quantity.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "pod-too-large",
  severity: "error",
  why: "No server has room for it even when nothing else runs there, so it stays pending for ever.",
  fix: "Lower the requests of its containers, or give the environment a larger server.",
  check: function* (tree) {
    const { servers, demands } = capacityOf(tree);
    for (const { manifest, field, name, each } of demands) {
      if (
        !manifest ||
        servers.some(({ free }) => each.cpuCores <= free.cpuCores && each.memoryBytes <= free.memoryBytes)
      )
        continue;
      yield {
        manifest,
        field,
        found: `a pod of ${name} that asks for ${showCpu(each.cpuCores)} CPU and ${showMemory(each.memoryBytes)}`,
      };
    }
  },
});
