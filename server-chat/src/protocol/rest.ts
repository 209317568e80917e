import { z } from "zod";
import { type ErrorName, errorCodes } from "./errors.ts";
import { epochSchema, messageSchema, roomSchema, seqSchema } from "./frames.ts";
import { limits } from "./limits.ts";
import { isText, parseName } from "./text.ts";

/** Who may ask. For `anybody` a token that is not valid is as good as none. */
export type Access = "anybody" | "member" | "moderator";

/** One request by REST: what is asked, who may, what comes back. Server, page, tests and documentation share it. */
export interface RestRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly access: Access;
  /** What it is for, in one sentence. */
  readonly what: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  /** Undefined: the request has no body. */
  readonly body: z.ZodObject | undefined;
  readonly answer: z.ZodObject;
  /** Errors that this route has beyond those of every route with its access, its body and its room. */
  readonly errors: readonly ErrorName[];
  /** Not there unless the settings switch load demonstrations on. */
  readonly loadDemo?: true;
}

const define = <const T extends Record<string, RestRoute>>(routes: T): T => routes;

const none = z.strictObject({});
const userSchema = messageSchema.shape.user;
const userId = z.string().regex(/^[\w-]{16}$/, { error: "expected the id of a user" });

const nameSchema = z
  .string()
  .refine((typed) => parseName(typed) !== undefined, { params: { code: "bad_name" satisfies ErrorName } })
  .transform((typed) => parseName(typed) ?? typed);

const reasonSchema = z
  .string()
  .max(200)
  .refine(isText, { params: { code: "bad_text" satisfies ErrorName } })
  .describe("For the audit record and for other moderators.");

/** A number as a path or a query has it: digits and nothing else. */
const digits = <Out extends z.ZodType<number, number>>(schema: Out) =>
  z
    .string()
    .regex(/^\d{1,16}$/, { error: "expected a whole number" })
    .transform(Number)
    .pipe(schema);

const room = z.strictObject({ room: roomSchema });

const banSchema = z
  .strictObject({
    user: userId.describe("Who is kept out."),
    address: z.boolean().describe("Also whoever comes from the addresses that this user was connected from."),
    by: userSchema.describe("The moderator."),
    reason: reasonSchema.optional(),
    seconds: z.int().min(0).describe("For how much longer."),
  })
  .meta({ id: "Ban" });

const serverId = z.string().describe("The replica that did the work.");

/** The largest n that one core computes the slow way within the time that a demonstration gets. */
const largestFibonacci = 38;

export const rest = define({
  createSession: {
    method: "POST",
    path: "/api/session",
    access: "anybody",
    what: "Gives out a token for a name. With a token that is still valid: a new one for the same user, also under another name. One that has ended counts as none.",
    params: none,
    query: none,
    body: z.strictObject({ name: nameSchema.describe("As people shall see it.") }),
    answer: z.strictObject({
      token: z.string().describe("For `hello`, and for REST as `Authorization: Bearer`."),
      user: userSchema.describe("Who the token stands for."),
      expiresAt: z.int().describe("When the token ends, in ms since 1970; a moderator's is not prolonged."),
    }),
    errors: ["bad_name", "name_taken", "banned", "unavailable", "unknown_outcome"],
  },
  readMessages: {
    method: "GET",
    path: "/api/rooms/:room/messages",
    access: "member",
    what: "Pages through a room's history: what follows `after`, what precedes `before`, or the newest messages.",
    params: room,
    query: z
      .strictObject({
        before: digits(seqSchema).optional().describe("Messages with a smaller number, the newest of them."),
        after: digits(seqSchema).optional().describe("Messages with a larger number, the oldest of them."),
        limit: digits(z.int().min(1).max(limits.page)).default(limits.page).describe("How many at most."),
      })
      .refine(({ before, after }) => before === undefined || after === undefined, {
        error: "either before or after",
      }),
    body: undefined,
    answer: z.strictObject({
      room: roomSchema,
      epoch: epochSchema.describe("Which numbering the numbers belong to."),
      head: seqSchema.describe("The newest number; 0 in an empty room."),
      first: seqSchema.describe("The oldest number that history still has; head + 1 when it has none."),
      more: z.boolean().describe("History goes on in the direction of the request."),
      messages: z.array(messageSchema).describe("Ascending; at most 200, and at most 256 KiB."),
    }),
    errors: ["not_found", "unavailable"],
  },
  readPresence: {
    method: "GET",
    path: "/api/rooms/:room/presence",
    access: "member",
    what: "Who is in a room, on all nodes.",
    params: room,
    query: none,
    body: undefined,
    answer: z.strictObject({
      room: roomSchema,
      count: z.int().min(0).describe("Members now."),
      members: z.array(userSchema).describe("Who they are; empty when there are more than 100."),
    }),
    errors: ["unavailable"],
  },
  deleteMessage: {
    method: "DELETE",
    path: "/api/rooms/:room/messages/:seq",
    access: "member",
    what: "Takes the text out of a message: its author may, and a moderator. Doing it twice is no error.",
    params: room.extend({ seq: digits(seqSchema.min(1)) }),
    query: none,
    body: undefined,
    answer: z.strictObject({ room: roomSchema, seq: seqSchema }),
    errors: ["forbidden", "not_found", "unavailable", "unknown_outcome"],
  },
  kick: {
    method: "POST",
    path: "/api/moderation/kick",
    access: "moderator",
    what: "Ends a user's connections on all nodes; the user may come back.",
    params: none,
    query: none,
    body: z.strictObject({ user: userId.describe("Whose connections end.") }),
    answer: z.strictObject({ user: userId }),
    errors: ["unavailable", "unknown_outcome"],
  },
  ban: {
    method: "POST",
    path: "/api/moderation/bans",
    access: "moderator",
    what: "Keeps a user out for a time, on all nodes. A ban in force is replaced.",
    params: none,
    query: none,
    body: z.strictObject({
      user: userId.describe("Who is kept out."),
      seconds: z.int().min(1).max(31_536_000).describe("For how long; a year at most."),
      address: z
        .boolean()
        .default(false)
        .describe("Also whoever comes from the addresses that this user is connected from, moderators excepted."),
      reason: reasonSchema.optional(),
    }),
    answer: banSchema,
    errors: ["bad_text", "unavailable", "unknown_outcome"],
  },
  listBans: {
    method: "GET",
    path: "/api/moderation/bans",
    access: "moderator",
    what: "The bans in force.",
    params: none,
    query: none,
    body: undefined,
    answer: z.strictObject({ bans: z.array(banSchema) }),
    errors: ["unavailable"],
  },
  liftBan: {
    method: "DELETE",
    path: "/api/moderation/bans/:user",
    access: "moderator",
    what: "Ends a ban, on all nodes.",
    params: z.strictObject({ user: userId }),
    query: none,
    body: undefined,
    answer: z.strictObject({ user: userId }),
    errors: ["not_found", "unavailable", "unknown_outcome"],
  },
  info: {
    method: "GET",
    path: "/api/info",
    access: "anybody",
    what: "Which build answers, and where it runs.",
    params: none,
    query: none,
    body: undefined,
    answer: z.strictObject({
      version: z.string().describe("Of the build."),
      commit: z.string().describe("Of the build."),
      colour: z.string().describe("Of the build, so that people see a new version roll out."),
      replica: z.string().describe("The pod's name on a cluster."),
      node: z.string().optional().describe("The machine, where it is known."),
    }),
    errors: [],
  },
  serverId: {
    method: "GET",
    path: "/api/server-id",
    access: "anybody",
    what: "Which replica answers: shows how requests are spread.",
    params: none,
    query: none,
    body: undefined,
    answer: z.strictObject({ serverId }),
    errors: [],
    loadDemo: true,
  },
  fibonacci: {
    method: "GET",
    path: "/api/fibonacci/:n",
    access: "anybody",
    what: "Computes a Fibonacci number the slow way, beside the event loop.",
    params: z.strictObject({ n: digits(z.int().min(0).max(largestFibonacci)) }),
    query: none,
    body: undefined,
    answer: z.strictObject({ serverId, n: z.int(), value: z.int() }),
    errors: ["unavailable"],
    loadDemo: true,
  },
  cpu: {
    method: "GET",
    path: "/api/cpu",
    access: "anybody",
    what: "Keeps one core busy for a second, beside the event loop.",
    params: none,
    query: none,
    body: undefined,
    answer: z.strictObject({ serverId, busyMs: z.int().describe("How long.") }),
    errors: ["unavailable"],
    loadDemo: true,
  },
  ram: {
    method: "GET",
    path: "/api/ram",
    access: "anybody",
    what: "Holds 32 MiB for a second, beside the event loop.",
    params: none,
    query: none,
    body: undefined,
    answer: z.strictObject({ serverId, heldBytes: z.int().describe("How much.") }),
    errors: ["unavailable"],
    loadDemo: true,
  },
});

export type RestName = keyof typeof rest;
/** The body of an answer, by route. */
export type Answer<Name extends RestName> = z.output<(typeof rest)[Name]["answer"]>;
/** The body of a request, by route. */
export type Body<Name extends RestName> = (typeof rest)[Name]["body"] extends z.ZodObject
  ? z.input<(typeof rest)[Name]["body"]>
  : undefined;

/** The body of every answer that is not a success, with the status of its code in `errorCodes`. */
export const errorAnswer = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(errorCodes) as ErrorName[]).describe("One of the [errors](#errors)."),
    message: z.string().describe("For a developer, in English."),
    retry: z.boolean().describe("True for the duty `retry`."),
    retryAfterMs: z.int().min(0).optional().describe("Not before this many milliseconds; also as `Retry-After`."),
  }),
});
export type ErrorAnswer = Readonly<z.infer<typeof errorAnswer>>;

/** Every code that a route answers with, in the order of `errorCodes`. */
export function errorsOf(route: RestRoute): readonly ErrorName[] {
  const codes = new Set<ErrorName>([
    ...route.errors,
    "bad_request",
    "method_not_allowed",
    "bad_origin",
    "rate_limited",
    "internal",
  ]);
  const add = (when: boolean, ...more: ErrorName[]) => {
    if (when) for (const code of more) codes.add(code);
  };
  add(route.access !== "anybody", "unauthorized", "banned");
  add(route.access === "moderator", "forbidden");
  add(route.body !== undefined, "bad_json", "unsupported_media_type", "too_big");
  add("room" in route.params.shape, "bad_room");
  add(route.loadDemo === true, "not_found");
  return (Object.keys(errorCodes) as ErrorName[]).filter((code) => codes.has(code));
}
