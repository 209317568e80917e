import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { versions } from "../../config/versions.ts";
import { drainSeconds, environmentSchema, paths, ports, redisSettings } from "../src/contract.ts";

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly deploy?: { readonly replicas: number };
  readonly environment?: Record<string, string>;
  readonly secrets?: readonly string[];
  readonly labels?: Record<string, string>;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
  readonly read_only?: boolean;
}

const folder = join(import.meta.dirname, "..");
const compose = parse(readFileSync(join(folder, "compose.yaml"), "utf8")) as {
  readonly services: Record<string, Service>;
  readonly secrets: Record<string, { readonly file: string }>;
  readonly networks: {
    readonly default: { readonly ipam: { readonly config: readonly { readonly subnet: string }[] } };
  };
};
const service = (name: string): Service => {
  const found = compose.services[name];
  if (!found) throw new Error(`compose.yaml has no service ${name}`);
  return found;
};
const chat = service("chat");
const variables = chat.environment ?? {};

test("the replicas' environment is one that the server accepts, and nothing else", () => {
  expect(environmentSchema.parse(variables)).toMatchObject({ REDIS_MODE: "single" });
  expect(Object.keys(environmentSchema.shape)).toEqual(expect.arrayContaining(Object.keys(variables)));
  expect(chat.deploy?.replicas).toBe(2);
});

test("every file that the environment names is a secret that is mounted and made", () => {
  const files = Object.entries(variables).filter(([name]) => name.endsWith("_FILE"));
  expect(files).toHaveLength(2);
  for (const [, path] of files) {
    const name = path.replace("/run/secrets/", "");
    expect(chat.secrets).toContain(name);
    expect(compose.secrets[name]?.file).toBe(`./secrets/${name}`);
  }
});

test("a laptop runs the versions that the cluster runs", () => {
  const { traefik, redis } = versions.images;
  expect(service("traefik").image).toBe(`${traefik.repository}:${traefik.tag}`);
  expect(service("redis").image).toBe(`${redis.repository}:${redis.tag}`);
});

test("Redis keeps what the server's acknowledgement promises, and its password is in no argument", () => {
  const redis = service("redis");
  const script = redis.command?.join("\n") ?? "";
  for (const [name, value] of Object.entries(redisSettings))
    expect(script).toMatch(new RegExp(`^${name} ${value}$`, "m"));
  expect(script).toContain("requirepass $$(cat /run/secrets/redis-password)");
  expect(redis.secrets).toEqual(["redis-password"]);
});

test("Traefik asks the readiness probe, so that a replica that drains gets nobody", () => {
  const prefix = "traefik.http.services.chat.loadbalancer";
  expect(chat.labels).toMatchObject({
    [`${prefix}.server.port`]: String(ports.http),
    [`${prefix}.healthcheck.path`]: paths.readyz,
    [`${prefix}.healthcheck.port`]: String(ports.admin),
  });
});

test("the origins are the port that Traefik opens, and its network is believed", () => {
  const [published = ""] = service("traefik").ports ?? [];
  const origins = (variables.ALLOWED_ORIGINS ?? "").split(",");
  expect(origins).toHaveLength(2);
  for (const origin of origins) expect(new URL(origin).port).toBe(published.split(":")[0]);
  expect(variables.TRUSTED_PROXIES).toBe(compose.networks.default.ipam.config[0]?.subnet);
});

test("the engine waits for the drain, and nobody writes to an image", () => {
  expect(Number.parseInt(chat.stop_grace_period ?? "", 10)).toBeGreaterThan(drainSeconds);
  for (const one of Object.values(compose.services)) expect(one.read_only).toBe(true);
});
