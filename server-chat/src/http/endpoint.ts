import type { z } from "zod";
import type { Settings } from "../config.ts";
import type { Bans, Claims, Names, Tokens } from "../identity/identity.ts";
import type { LoadDemos } from "../load-demo/load-demos.ts";
import type { Log } from "../log.ts";
import type { User } from "../protocol/frames.ts";
import type { RestRoute } from "../protocol/rest.ts";
import type { RateLimiter } from "../rate-limit.ts";
import type { Store } from "../store/store.ts";

/** What endpoints work with. */
export interface EndpointParts {
  readonly settings: Pick<Settings, "server" | "node">;
  readonly store: Pick<Store, "read" | "remove" | "announce">;
  readonly tokens: Tokens;
  readonly names: Names;
  readonly bans: Bans;
  /** Who is in a room, on all nodes; no members when they are too many to name. @throws StoreError */
  readonly readPresence: (room: string) => Promise<{ readonly count: number; readonly members: readonly User[] }>;
  /** Names that one address takes. */
  readonly newNames: RateLimiter;
  readonly loadDemos: LoadDemos;
}

/** A request that passed everything that its route demands. */
export interface Call<Route extends RestRoute> {
  readonly params: z.output<Route["params"]>;
  readonly query: z.output<Route["query"]>;
  readonly body: Route["body"] extends z.ZodObject ? z.output<Route["body"]> : undefined;
  /** Whose token came along; always there where the route demands one. */
  readonly caller: Route["access"] extends "anybody" ? Claims | undefined : Claims;
  readonly address: string;
  readonly log: Log;
}

export interface Endpoint {
  readonly route: RestRoute;
  readonly answer: (call: Call<RestRoute>, parts: EndpointParts) => Promise<object>;
}

/** Ties a route of the protocol to what it does. */
export const endpoint = <Route extends RestRoute>(
  route: Route,
  answer: (call: Call<Route>, parts: EndpointParts) => Promise<z.input<Route["answer"]>>,
): Endpoint => ({ route, answer: answer as unknown as Endpoint["answer"] });
