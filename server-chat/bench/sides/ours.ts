import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatNewKeys } from "../../image/secrets.ts";
import type { EnvironmentVariables } from "../../src/contract.ts";
import { parseKeys } from "../../src/identity/keys.ts";
import { createTokens } from "../../src/identity/tokens.ts";
import { startNode } from "../../test/nodes.ts";
import type { Redis } from "../../test/redis.ts";
import { type BenchContext, onServerCore } from "../bench-context.ts";
import type { Member } from "../load/dialect.ts";
import type { StartedServer } from "./started-server.ts";

/**
 * One address plays ten thousand people, and each of them may say more than a person would: no limit may decide what
 * the server can do. All that are not named here are the defaults.
 */
const unlimited = "1000000/1000000";
export const rates = {
  RATE_MESSAGES: unlimited,
  RATE_SESSIONS_PER_ADDRESS: unlimited,
  RATE_REQUESTS_PER_ADDRESS: unlimited,
  RATE_CONNECTIONS_PER_ADDRESS: unlimited,
  RATE_CONNECTIONS_PER_NODE: unlimited,
} satisfies EnvironmentVariables;

const keys = formatNewKeys();

export interface OursOptions {
  /** How many nodes; all have the server's core together. */
  readonly nodes?: number;
  readonly env?: EnvironmentVariables;
}

export async function startOurs(
  { folder, program }: BenchContext,
  redis: Redis,
  { nodes = 1, env = {} }: OursOptions = {},
): Promise<StartedServer> {
  const keysFile = join(folder, "keys.json");
  writeFileSync(keysFile, keys, { mode: 0o600 });
  const started = await Promise.all(
    Array.from({ length: nodes }, () =>
      startNode({
        redis,
        program,
        wrapper: onServerCore,
        env: { ...rates, SIGNING_KEYS_FILE: keysFile, ...env },
      }),
    ),
  );
  return {
    pids: started.map(({ pid }) => pid),
    ports: started.map(({ port }) => port),
    stop: async () => {
      await Promise.all(started.map((node) => node.kill()));
    },
  };
}

/** People with tokens that the server takes. */
export async function createMembers(count: number): Promise<readonly Member[]> {
  const [key] = parseKeys(keys);
  if (key === undefined) throw new Error("there is no key");
  const tokens = createTokens({
    keys: { signing: () => key, withHeader: () => key, missing: () => undefined },
    lifetimeMs: 3_600_000,
    now: Date.now,
  });
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const digits = String(index).padStart(5, "0");
      // As long as the ids that the server gives out.
      const user = { id: `user-of-bench${digits}`.slice(-16), name: `p${digits}` };
      return { name: user.name, token: (await tokens.sign(user, "member")).token };
    }),
  );
}
