import { drainSeconds } from "server-chat/contract";
import { containersOfImage } from "../pinned-images.ts";
import { defineRule } from "../rule.ts";

export default defineRule({
  id: "chat-drain",
  severity: "error",
  why: "The kubelet kills the server in the middle of its drain: open sockets break, and messages that were being acknowledged are lost.",
  fix: "Let terminationGracePeriodSeconds be more than preStop and the contract's drainSeconds together.",
  check: function* (tree) {
    for (const { container, pod } of containersOfImage(tree, "server-chat")) {
      const { terminationGracePeriodSeconds = 30 } = pod.spec;
      const preStopSeconds = container.lifecycle?.preStop?.sleep?.seconds ?? 0;
      if (preStopSeconds + drainSeconds < terminationGracePeriodSeconds) continue;
      const found = `${terminationGracePeriodSeconds} s for ${preStopSeconds} s of preStop and ${drainSeconds} s of drain`;
      yield { manifest: pod.manifest, field: `${pod.specField}.terminationGracePeriodSeconds`, found };
    }
  },
});
