import { readFileSync } from "node:fs";

/** The bundle holds the files' text in place of these calls, so each names its file in full. */
const files = {
  room: readFileSync(new URL("room.lua", import.meta.url), "utf8"),
  publish: readFileSync(new URL("publish.lua", import.meta.url), "utf8"),
  create: readFileSync(new URL("create.lua", import.meta.url), "utf8"),
  use: readFileSync(new URL("use.lua", import.meta.url), "utf8"),
  read: readFileSync(new URL("read.lua", import.meta.url), "utf8"),
  remove: readFileSync(new URL("remove.lua", import.meta.url), "utf8"),
  renew: readFileSync(new URL("renew.lua", import.meta.url), "utf8"),
  retain: readFileSync(new URL("retain.lua", import.meta.url), "utf8"),
  leases: readFileSync(new URL("leases.lua", import.meta.url), "utf8"),
  leasePut: readFileSync(new URL("lease-put.lua", import.meta.url), "utf8"),
  leaseRemove: readFileSync(new URL("lease-remove.lua", import.meta.url), "utf8"),
  leaseList: readFileSync(new URL("lease-list.lua", import.meta.url), "utf8"),
  leaseClaim: readFileSync(new URL("lease-claim.lua", import.meta.url), "utf8"),
  leaseClaimAll: readFileSync(new URL("lease-claim-all.lua", import.meta.url), "utf8"),
  canary: readFileSync(new URL("canary.lua", import.meta.url), "utf8"),
};

/**
 * With flags Redis judges a script before it runs: what a full memory or a replica forbids is refused as a whole,
 * never half-way (Redis documentation, "Lua scripts: script flags").
 */
const script = (flags: string, keys: number | undefined, ...parts: readonly string[]) => ({
  lua: [`#!lua${flags === "" ? "" : ` flags=${flags}`}`, ...parts].join("\n"),
  numberOfKeys: keys,
});
const room = (body: string, flags = "") => script(flags, 4, files.room, body);
const leases = (body: string, flags: string) => script(flags, 2, files.leases, body);
/** Of as many groups as the call names. */
const manyLeases = (body: string, flags: string) => script(flags, undefined, files.leases, body);

/**
 * Every script that the server runs in Redis. A full Redis still answers history, takes texts out, makes room and bans:
 * none of that needs memory worth the name.
 */
export const scripts = {
  publish: room(files.publish),
  create: room(files.create),
  use: room(files.use, "allow-oom"),
  read: room(files.read, "no-writes"),
  remove: room(files.remove, "allow-oom"),
  renew: room(files.renew, "allow-oom"),
  retain: room(files.retain, "allow-oom"),
  leasePut: leases(files.leasePut, "allow-oom"),
  leaseRemove: leases(files.leaseRemove, "allow-oom"),
  leaseList: leases(files.leaseList, "no-writes"),
  leaseClaim: leases(files.leaseClaim, "allow-oom"),
  leaseClaimAll: manyLeases(files.leaseClaimAll, "allow-oom"),
  canary: script("", 1, files.canary),
} as const;

export type ScriptName = keyof typeof scripts;
