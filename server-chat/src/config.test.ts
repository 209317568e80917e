import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseSettings, SettingsError } from "./config.ts";
import { environmentSchema } from "./contract.ts";

let folder: string;
let passwordFile: string;
let single: Record<string, string>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "config-"));
  passwordFile = join(folder, "password");
  writeFileSync(passwordFile, "s3cret\n");
  single = {
    REDIS_MODE: "single",
    REDIS_URL: "redis://redis:6379",
    REDIS_PASSWORD_FILE: passwordFile,
    SIGNING_KEYS_FILE: "/run/keys.json",
    ALLOWED_ORIGINS: "https://chat.example.org, https://www.example.org",
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the least that a laptop needs gives a whole configuration", () => {
  const settings = parseSettings({ REDIS_MODE: "memory", ALLOWED_ORIGINS: "http://localhost:3000" });
  expect(settings.redis).toBeUndefined();
  expect(settings.retention).toEqual({ messages: 10_000, ageMs: 30 * 24 * 60 * 60 * 1000 });
  expect(settings.server.id).not.toBe("");
});

// A secret written with a text editor ends with a line feed, which is not part of it.
test("the password is read from its file, without the line feed at its end", () => {
  expect(parseSettings(single).redis).toEqual({ mode: "single", url: "redis://redis:6379", password: "s3cret" });
});

test("Sentinel and Cluster are told where to look", () => {
  const nodes = { REDIS_NODES: "a:26379,b:26379" };
  const read = (extra: Record<string, string>) => parseSettings({ ...single, ...nodes, ...extra }).redis;
  expect(read({ REDIS_MODE: "sentinel", REDIS_SENTINEL_NAME: "chat" })).toEqual({
    mode: "sentinel",
    nodes: ["a:26379", "b:26379"],
    name: "chat",
    password: "s3cret",
  });
  expect(read({ REDIS_MODE: "cluster" })).toEqual({
    mode: "cluster",
    nodes: ["a:26379", "b:26379"],
    password: "s3cret",
  });
});

test("lists and rates are read in their written form", () => {
  const settings = parseSettings({
    ...single,
    TRUSTED_PROXIES: "10.42.0.0/16, 2001:db8:42::/56",
    RATE_MESSAGES: "7/0.5",
  });
  expect(settings.allowedOrigins).toEqual(["https://chat.example.org", "https://www.example.org"]);
  expect(settings.trustedProxies).toEqual(["10.42.0.0/16", "2001:db8:42::/56"]);
  expect(settings.rates.messages).toEqual({ burst: 7, perSecond: 0.5 });
});

// Whoever starts a replica wants to mend everything at once, not one variable per attempt.
test("every variable that is wrong is named in one message", () => {
  const wrong = { REDIS_MODE: "single", ALLOWED_ORIGINS: "chat.example.org", PORT: "many", RATE_MESSAGES: "fast" };
  const message = errorOf(wrong);
  for (const name of [
    "REDIS_URL",
    "REDIS_PASSWORD_FILE",
    "SIGNING_KEYS_FILE",
    "ALLOWED_ORIGINS",
    "PORT",
    "RATE_MESSAGES",
  ])
    expect(message).toContain(name);
  expect(errorOf({ REDIS_MODE: "floppy" })).not.toContain("required when");
});

test("a password in the address is refused, because addresses end up in logs", () => {
  expect(errorOf({ ...single, REDIS_URL: "redis://:s3cret@redis:6379" })).toContain("REDIS_PASSWORD_FILE");
});

test("a password file that cannot be read says which", () => {
  expect(errorOf({ ...single, REDIS_PASSWORD_FILE: join(folder, "none") })).toContain(join(folder, "none"));
});

// A default that the schema would refuse could never be written out in a ConfigMap.
test("every default of the contract is a value that the contract itself accepts", () => {
  const read = environmentSchema.parse({ REDIS_MODE: "memory", ALLOWED_ORIGINS: "http://localhost:3000" });
  const written = Object.entries(read).map(([name, value]) => [
    name,
    typeof value === "object" && "burst" in value ? `${value.burst}/${value.perSecond}` : String(value),
  ]);
  expect(environmentSchema.parse(Object.fromEntries(written))).toEqual(read);
});

function errorOf(env: Record<string, string>): string {
  try {
    parseSettings(env);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsError);
    return (error as Error).message;
  }
  throw new Error("The settings were accepted.");
}
