import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// e2e/ has a configuration of its own: it starts a cluster first.
export default defineConfig({
  test: {
    // Most files wait for processes that they started, so even two cores have time for three.
    maxWorkers: Math.max(3, availableParallelism()),
    projects: [
      {
        test: {
          name: "unit",
          include: ["**/*.test.ts"],
          exclude: ["**/node_modules/**", "e2e/**"],
          // Tests that start processes on a copy of the checkout take seconds on a busy machine.
          testTimeout: 120_000,
          // What takes as long as a busy machine needs, not what should be fast.
          expect: { poll: { timeout: 30_000, interval: 20 } },
        },
      },
    ],
  },
});
