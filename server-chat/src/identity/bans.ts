import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { Log } from "../log.ts";
import type { Announcement, Leases } from "../store/store.ts";
import type { Ban, Bans, BanWatcher } from "./identity.ts";

const group = "bans";

/** How soon a node knows of a ban whose announcement it did not hear. */
export const refreshMs = 5_000;

/**
 * The value of a ban's lease, whose holder is the user. Each address that the ban grew to has a lease of its own, put by
 * the node that saw the address; its value is the ban's `id`, so that it ends with its ban and cannot join a later one.
 */
const recordSchema = z.object({
  id: z.string(),
  address: z.boolean(),
  by: z.object({ id: z.string(), name: z.string() }),
  reason: z.string().optional(),
});

const addressHolder = (user: string, address: string) => `${user} ${address}`;

interface KnownBan extends Omit<Ban, "remainingMs"> {
  readonly id: string;
  /** By this node's monotonic clock. */
  readonly endsAt: number;
}

interface StoredBans {
  /** By user id and by address, which never look alike. */
  readonly byWho: ReadonlyMap<string, KnownBan>;
  /** Whether the store has the address among those of the ban. */
  readonly covers: (ban: KnownBan, address: string) => boolean;
}

/**
 * Bans of all nodes, kept in the store and remembered here, so that asking costs nothing and a store that is away lets
 * nobody in.
 *
 * @param now in ms, monotonic: a wall clock that jumps would let somebody in
 */
export function createBans(parts: {
  readonly leases: Leases;
  readonly announce: (event: Announcement) => Promise<void>;
  readonly now: () => number;
  readonly log: Log;
}): Bans {
  const { leases, announce, now, log } = parts;
  let known: StoredBans["byWho"] = new Map();
  /** Addresses that this node saw banned users come from, by ban: the store may be away at that moment. */
  let seen = new Map<string, ReadonlySet<string>>();
  let watcher: BanWatcher | undefined;
  let failing = false;
  let areRead = false;
  let timer: NodeJS.Timeout | undefined;

  // Every node looks again within refreshMs, so a lost announcement only delays.
  const tell = () => announce({ type: "bans" }).catch(() => undefined);

  async function read(): Promise<void> {
    const stored = await readBans(leases, now());
    const before = known;
    const wanted = [...stored.byWho].filter(([who, ban]) => ban.address && who === ban.user).map(([, ban]) => ban);
    seen = new Map(
      wanted.map((ban) => [ban.id, new Set([...(seen.get(ban.id) ?? []), ...(watcher?.addressesOf(ban.user) ?? [])])]),
    );
    const missing = wanted.flatMap((ban) =>
      [...(seen.get(ban.id) ?? [])]
        .filter((address) => !stored.covers(ban, address))
        .map((address) => ({ ban, address })),
    );
    known = new Map([...stored.byWho, ...missing.map(({ ban, address }) => [address, ban] as const)]);
    if ([...known].some(([who, ban]) => before.get(who)?.id !== ban.id)) watcher?.changed();
    for (const { ban, address } of missing)
      await leases.put(group, addressHolder(ban.user, address), ban.id, ban.endsAt - now());
    if (missing.length > 0) tell();
  }

  const refresh = async () => {
    try {
      await read();
      areRead = true;
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ problem: (error as Error).message }, "bans cannot be read; those known stay in force");
      failing = true;
    }
  };
  const describe = ({ id: _internal, endsAt, ...ban }: KnownBan): Ban => ({ ...ban, remainingMs: endsAt - now() });
  const inForce = (who: string): Ban | undefined => {
    const ban = known.get(who);
    return ban !== undefined && ban.endsAt > now() ? describe(ban) : undefined;
  };

  return {
    get areRead() {
      return areRead;
    },
    has: (userId, address) => inForce(userId) ?? (address === undefined ? undefined : inForce(address)),
    async ban({ user, durationMs, address, by, reason }) {
      const record: z.input<typeof recordSchema> = { id: randomBytes(9).toString("base64url"), address, by, reason };
      await leases.put(group, user, JSON.stringify(record), durationMs);
      tell();
      await refresh();
      return { user, address, by, reason, remainingMs: durationMs };
    },
    async lift(userId) {
      const there = (await readBans(leases, now())).byWho.has(userId);
      await leases.remove(group, userId);
      tell();
      await refresh();
      return there;
    },
    async list() {
      const { byWho } = await readBans(leases, now());
      return [...byWho].filter(([who, { user }]) => who === user).map(([, ban]) => describe(ban));
    },
    refresh,
    async start(who) {
      watcher = who;
      timer = setInterval(refresh, refreshMs).unref();
      await refresh();
    },
    close: () => clearInterval(timer),
  };
}

async function readBans(leases: Leases, nowMs: number): Promise<StoredBans> {
  // Of two bans of one address the longer one is kept.
  const all = [...(await leases.list(group))].sort((one, other) => one.expiresInMs - other.expiresInMs);
  const byWho = new Map<string, KnownBan>();
  for (const { holder, value, expiresInMs } of all) {
    const record = recordSchema.safeParse(parseJson(value));
    if (record.success) byWho.set(holder, { user: holder, ...record.data, endsAt: nowMs + expiresInMs });
  }
  for (const { holder, value } of all) {
    const [user = "", address] = holder.split(" ");
    const ban = byWho.get(user);
    if (address !== undefined && ban?.id === value) byWho.set(address, ban);
  }
  const banByHolder = new Map(all.map(({ holder, value }) => [holder, value]));
  return { byWho, covers: ({ user, id }, address) => banByHolder.get(addressHolder(user, address)) === id };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
