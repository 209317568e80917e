import type { RedisSettings } from "../src/config.ts";
import { freePorts } from "./nodes.ts";
import { newPassword, type Redis, startRedis, until } from "./redis.ts";

export interface RedisCluster {
  readonly settings: RedisSettings;
  readonly servers: readonly Redis[];
  /** The master that has the key now. */
  masterOf(key: string): Promise<Redis>;
  /** Moves the slot of the key, with all that is in it, to another master. */
  move(key: string): Promise<void>;
  stop(): Promise<void>;
}

/** Three masters, each with a replica that takes over about two seconds after its master is gone. */
export async function startCluster(): Promise<RedisCluster> {
  const password = newPassword();
  const ports = await freePorts(12);
  const servers = await Promise.all(
    ports.slice(0, 6).map((port, index) =>
      startRedis({
        port,
        password,
        lines: [
          "cluster-enabled yes",
          `cluster-port ${ports[6 + index]}`,
          "cluster-node-timeout 1000",
          "repl-diskless-sync-delay 0",
        ],
      }),
    ),
  );
  const stop = async () => {
    await Promise.all(servers.map((server) => server.stop()));
  };
  try {
    await join(servers);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    settings: { mode: "cluster", nodes: servers.map(({ address }) => address), password },
    servers,
    masterOf: (key) => findMaster(servers, key),
    move: (key) => moveSlot(servers, key),
    stop,
  };
}

async function findMaster(servers: readonly Redis[], key: string): Promise<Redis> {
  const witness = await findAlive(servers);
  const slot = Number(await witness.cli("cluster", "keyslot", key));
  const nodes = await witness.cli("cluster", "nodes");
  const line = nodes.split("\n").find((one) => /master -/.test(one) && !/fail/.test(one) && owns(one, slot));
  const master = servers.find(({ address }) => line?.includes(` ${address}@`));
  if (master === undefined) throw new Error(`nobody has slot ${slot}:\n${nodes}`);
  return master;
}

/** As `redis-cli --cluster reshard` does it, one key after the other. */
async function moveSlot(servers: readonly Redis[], key: string): Promise<void> {
  const from = await findMaster(servers, key);
  const roles = await Promise.all(servers.map((server) => server.cli("role")));
  const to = servers.find((server, index) => server !== from && roles[index]?.startsWith("master"));
  if (to === undefined) throw new Error("there is no other master");
  const slot = await from.cli("cluster", "keyslot", key);
  const [fromId, toId] = await Promise.all([from.cli("cluster", "myid"), to.cli("cluster", "myid")]);
  await to.cli("cluster", "setslot", slot, "importing", fromId);
  await from.cli("cluster", "setslot", slot, "migrating", toId);
  const target = ["127.0.0.1", String(to.port), "", "0", "5000", "auth", from.password, "keys"];
  for (;;) {
    const keys = (await from.cli("cluster", "getkeysinslot", slot, "1")).split("\n").filter((one) => one !== "");
    if (keys.length === 0) break;
    await from.cli("migrate", ...target, ...keys);
  }
  for (const server of [to, from]) await server.cli("cluster", "setslot", slot, "node", toId);
}

async function join(servers: readonly Redis[]): Promise<void> {
  const [first] = servers;
  if (first === undefined) throw new Error("a cluster has servers");
  const addresses = servers.map(({ address }) => address);
  await first.cli("--cluster", "create", ...addresses, "--cluster-replicas", "1", "--cluster-yes");
  await until(
    "every node of the cluster is in order",
    async () => (await Promise.all(servers.map(isInOrder))).every(Boolean),
    first.log,
  );
}

async function isInOrder(server: Redis): Promise<boolean> {
  const [cluster, replication] = await Promise.all([server.cli("cluster", "info"), server.cli("info", "replication")]);
  const paired = replication.includes("role:master") ? "connected_slaves:1" : "master_link_status:up";
  return cluster.includes("cluster_state:ok") && replication.includes(paired);
}

/** A line of CLUSTER NODES ends with the ranges of slots that the node has. */
const owns = (line: string, slot: number): boolean =>
  line
    .split(" ")
    .slice(8)
    .map((range) => range.split("-").map(Number))
    .some(([low = -1, high = low]) => low <= slot && slot <= high);

async function findAlive(servers: readonly Redis[]): Promise<Redis> {
  for (const server of servers) {
    if ((await server.cli("ping").catch(() => "")) === "PONG") return server;
  }
  throw new Error("no node of the cluster answers");
}
