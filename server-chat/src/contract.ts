import { z } from "zod";

/**
 * What the server promises to whoever runs it. The charts, the checks and the end-to-end suite import this file and
 * nothing else of the server, so that the rendered Deployment and the program can never disagree.
 */

/** TCP ports: `http` for people (REST, WebSocket, page), `admin` for the cluster only (probes, metrics). */
export const ports = { http: 3000, admin: 9090 } as const;

/** Paths on the admin port. */
export const paths = { healthz: "/healthz", readyz: "/readyz", metrics: "/metrics" } as const;

/**
 * Seconds from SIGTERM to exit 0: readiness goes off, clients are told, sockets close in slices, acks finish.
 * The pod's grace period must be longer, or the kubelet kills the server in mid-drain.
 */
export const drainSeconds = 25;

/**
 * What Redis must be set to, or an acknowledged message could be lost: the append-only file is flushed before every
 * reply, and a full memory refuses writes instead of evicting rooms.
 */
export const redisSettings = { appendonly: "yes", appendfsync: "always", "maxmemory-policy": "noeviction" } as const;

/** The numeric user and group that the image runs as; the root file system is read-only. */
export const user = { uid: 65532, gid: 65532 } as const;

const port = z.coerce.number().int().min(1).max(65535);
const absolutePath = z.string().startsWith("/");
const list = (item: z.ZodType<string, string>) =>
  z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    )
    .pipe(z.array(item).min(1));

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: "expected an origin such as https://chat.example.org",
});
const network = z.union([z.cidrv4(), z.cidrv6()], {
  error: "expected networks such as 10.42.0.0/16 or 2001:db8:42::/56",
});
const hostPort = z.string().regex(/^[a-z0-9.-]+:\d{1,5}$/i, { error: "expected host:port" });
const redisUrl = z
  .url({ protocol: /^rediss?$/, abort: true })
  .refine((url) => new URL(url).password === "", { error: "the password comes from REDIS_PASSWORD_FILE" });

const positive = z.coerce.number().int().positive();
/** `burst/perSecond`, for example `20/2`. */
const rate = z
  .string()
  .regex(/^\d{1,7}\/\d{1,7}(\.\d{1,3})?$/, { error: "expected burst/perSecond, for example 20/2" })
  .transform((text) => {
    const [burst = 0, perSecond = 0] = text.split("/").map(Number);
    return { burst, perSecond };
  });

// Keys made at start would differ between replicas, and each would refuse the other's tokens.
const shared = ["REDIS_PASSWORD_FILE", "SIGNING_KEYS_FILE"] as const;
/** What is needed beside each REDIS_MODE. */
const needed = {
  memory: [],
  single: ["REDIS_URL", ...shared],
  sentinel: ["REDIS_NODES", "REDIS_SENTINEL_NAME", ...shared],
  cluster: ["REDIS_NODES", ...shared],
} as const;

/** The schema of the environment variables. What is not named here the server does not read. */
export const environmentSchema = z
  .object({
    PORT: port.default(ports.http),
    ADMIN_PORT: port.default(ports.admin),
    /** `memory` loses everything at exit and is for a laptop. */
    REDIS_MODE: z.enum(["memory", "single", "sentinel", "cluster"]),
    REDIS_URL: redisUrl.optional(),
    REDIS_NODES: list(hostPort).optional(),
    REDIS_SENTINEL_NAME: z.string().min(1).optional(),
    REDIS_PASSWORD_FILE: absolutePath.optional(),
    SIGNING_KEYS_FILE: absolutePath.optional(),
    ALLOWED_ORIGINS: list(origin),
    /** Networks whose X-Forwarded-For is believed. */
    TRUSTED_PROXIES: list(network).optional(),
    /** What `/api/info` and `welcome` say of the build and of where it runs. */
    APP_VERSION: z.string().min(1).max(64).default("0.0.0"),
    APP_COMMIT: z.string().min(1).max(64).default("unreleased"),
    /** Shown by the page, so that people see a new version roll out. */
    APP_COLOUR: z
      .string()
      .regex(/^[a-z]{1,20}$/)
      .default("blue"),
    /** The replica and the server it runs on; on a cluster the pod's and the node's name. */
    REPLICA: z.string().min(1).max(253).optional(),
    NODE_NAME: z.string().min(1).max(253).optional(),
    LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
    /** How much a room keeps: messages, and days. */
    HISTORY_MESSAGES: positive.default(10_000),
    HISTORY_DAYS: positive.default(30),
    TOKEN_HOURS: positive.default(24),
    /** Token buckets: what may come at once, and how much a second after that. */
    RATE_MESSAGES: rate.default({ burst: 20, perSecond: 2 }),
    RATE_FRAMES: rate.default({ burst: 200, perSecond: 20 }),
    RATE_SESSIONS_PER_ADDRESS: rate.default({ burst: 20, perSecond: 0.2 }),
    RATE_REQUESTS_PER_ADDRESS: rate.default({ burst: 100, perSecond: 20 }),
    RATE_CONNECTIONS_PER_ADDRESS: rate.default({ burst: 50, perSecond: 5 }),
    RATE_CONNECTIONS_PER_NODE: rate.default({ burst: 2_000, perSecond: 500 }),
    /** `on` opens the load demonstrations (/api/fibonacci, /api/cpu, /api/ram, /api/server-id). */
    LOAD_DEMOS: z.enum(["on", "off"]).default("off"),
  })
  .superRefine(
    (env, context) => {
      for (const key of needed[env.REDIS_MODE] ?? []) {
        if (env[key] !== undefined) continue;
        context.addIssue({ code: "custom", path: [key], message: `required when REDIS_MODE is ${env.REDIS_MODE}` });
      }
    },
    // Also when something else is wrong: whoever mends one variable would meet the next only at the next start.
    { when: () => true },
  );

/** Names of the variables, for whoever writes them. */
export type EnvironmentVariables = { readonly [name in keyof z.input<typeof environmentSchema>]?: string };

/** Secrets that must exist beside the server; their content never passes through git. */
export const secrets = {
  redisPassword: { name: "redis-auth", key: "password" },
  signingKeys: { name: "chat-signing-keys", key: "keys.json" },
} as const;
