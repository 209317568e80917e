import { describe } from "vitest";
import { missingRedis } from "./redis.ts";

/** Tests that need a redis-server; without one they are skipped, and the name says why. */
export const describeRedis = (name: string, tests: () => void): void => {
  describe.skipIf(missingRedis !== undefined)(missingRedis === undefined ? name : `${name} (${missingRedis})`, tests);
};
