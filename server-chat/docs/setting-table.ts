import { type EnvironmentVariables, environmentSchema } from "../src/contract.ts";
import { formatTable } from "./blocks.ts";

type Name = keyof EnvironmentVariables;

/** Complete by its type: a variable that nobody explains does not compile. */
const meanings: Record<Name, string> = {
  PORT: "TCP port for people: page, REST, WebSocket.",
  ADMIN_PORT: "TCP port for the cluster only: probes and metrics.",
  REDIS_MODE: "`single`, `sentinel`, `cluster`, or `memory`, which forgets everything at exit and is for a laptop.",
  REDIS_URL: "With `single`: `redis://host:port` or `rediss://host:port`, without a password.",
  REDIS_NODES: "With `sentinel` and `cluster`: `host:port,host:port`, some of the Sentinels or of the cluster's nodes.",
  REDIS_SENTINEL_NAME: "With `sentinel`: the name that the Sentinels know the master by.",
  REDIS_PASSWORD_FILE: "File with Redis' password. Required but with `memory`.",
  SIGNING_KEYS_FILE: "File with the keys of the tokens. Required but with `memory`, which makes one at start.",
  ALLOWED_ORIGINS: "Origins, separated by commas, whose pages may connect; compared as a whole.",
  TRUSTED_PROXIES: "Networks (CIDR, IPv4 or IPv6), separated by commas, whose `X-Forwarded-For` is believed.",
  APP_VERSION: "What `/api/info`, `welcome` and `chat_build_info` say of the build.",
  APP_COMMIT: "The same.",
  APP_COLOUR: "Shown by the page, so that people see a new version roll out.",
  REPLICA: "The replica's name; the pod's on a cluster. Without it, the machine's.",
  NODE_NAME: "The server that the replica runs on.",
  LOG_LEVEL: "`debug`, `info`, `warn` or `error`.",
  HISTORY_MESSAGES: "Messages that a room keeps.",
  HISTORY_DAYS: "Days that a room keeps a message.",
  TOKEN_HOURS: "How long a token is valid.",
  RATE_MESSAGES: "Messages of one user.",
  RATE_FRAMES: "What one user asks for besides: `join`, `leave`, `typing`, `ping`.",
  RATE_SESSIONS_PER_ADDRESS:
    "Names that are taken from one address: new sessions (`POST /api/session`), and other names for old ones.",
  RATE_REQUESTS_PER_ADDRESS: "REST requests from one address.",
  RATE_CONNECTIONS_PER_ADDRESS: "WebSocket handshakes from one address.",
  RATE_CONNECTIONS_PER_NODE: "WebSocket handshakes of one replica.",
  LOAD_DEMOS: "`on` opens the load demonstrations.",
};

/** Every environment variable with its default, read from the schema that the server itself uses. */
export function settingTable(): string {
  const empty = environmentSchema.safeParse({});
  const required = new Set(empty.error?.issues.map(({ path }) => String(path[0])));
  const defaults: Readonly<Record<string, unknown>> = environmentSchema.parse({
    REDIS_MODE: "memory",
    ALLOWED_ORIGINS: "http://localhost:3000",
  });
  return formatTable(
    ["variable", "default", "meaning"],
    Object.keys(environmentSchema.shape).map((name) => [
      `\`${name}\``,
      required.has(name) ? "required" : formatDefault(defaults[name]),
      meanings[name as Name],
    ]),
  );
}

function formatDefault(value: unknown): string {
  if (value === undefined) return "";
  const isRate = typeof value === "object" && value !== null && "burst" in value && "perSecond" in value;
  return `\`${isRate ? `${value.burst}/${value.perSecond}` : value}\``;
}
