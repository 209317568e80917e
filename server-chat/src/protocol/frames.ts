import { z } from "zod";
import { type ErrorName, errorCodes } from "./errors.ts";
import { limits } from "./limits.ts";
import { isMessageId, isRoomName, isText } from "./text.ts";

/** The WebSocket subprotocol: a client that does not offer it is refused at the upgrade. */
export const subprotocol = "chat.v1";

export const roomSchema = z
  .string()
  .refine(isRoomName, { params: { code: "bad_room" satisfies ErrorName } })
  .describe("The room's name.");
const idSchema = z.string().refine(isMessageId, { error: "expected a UUID in lower case" });
const textSchema = z.string().refine(isText, { params: { code: "bad_text" satisfies ErrorName } });
export const epochSchema = z.string().min(1).max(32);
export const seqSchema = z.int().min(0).max(Number.MAX_SAFE_INTEGER);

/** Frames that a client sends. */
export const clientFrame = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    token: z.string().min(1).max(2048).describe("From `POST /api/session`."),
  }),
  z.strictObject({
    type: z.literal("join"),
    room: roomSchema,
    epoch: epochSchema.optional().describe("With `after`: the epoch that the client's messages are of."),
    after: seqSchema.optional().describe("With `epoch`: the last number that the client has; it resumes after it."),
    id: idSchema
      .optional()
      .describe("The id of that message: it shows a store that went back even after its numbers were used again."),
  }),
  z.strictObject({ type: z.literal("leave"), room: roomSchema }),
  z.strictObject({ type: z.literal("typing"), room: roomSchema }),
  z.strictObject({
    type: z.literal("send"),
    room: roomSchema,
    id: idSchema.describe("A UUID in lower case, made by the client. The same id is the same message."),
    text: textSchema.describe("What people read."),
  }),
  z.strictObject({ type: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

const userSchema = z
  .strictObject({
    id: z.string().describe("Stands for the person as long as the token is renewed."),
    name: z.string().describe("As the person typed it."),
  })
  .meta({ id: "User" });
export type User = Readonly<z.infer<typeof userSchema>>;

const messageFields = {
  seq: seqSchema.describe("Dense in a room and epoch: 1, 2, 3 ..."),
  id: idSchema.describe("The UUID that the sender made."),
  user: userSchema.describe("Who sent it."),
  text: z.string().describe("Empty when deleted."),
  ts: z.int().describe("The store's clock, in ms since 1970; never runs backwards in a room."),
  deleted: z.literal(true).optional().describe("The text was taken out."),
};
export const messageSchema = z.strictObject(messageFields).meta({ id: "Message" });
/** A message as history and readers have it. */
export type Message = Frozen<z.infer<typeof messageSchema>>;

const serverSchema = z
  .strictObject({
    id: z.string().describe("The replica: the pod's name on a cluster."),
    version: z.string().describe("Of the build."),
    commit: z.string().describe("Of the build."),
    colour: z.string().describe("Of the build, so that people see a new version roll out."),
  })
  .meta({ id: "Server" });
export type ServerInfo = Readonly<z.infer<typeof serverSchema>>;

/** Frames that the server sends. A client ignores types and fields that it does not know: later versions add some. */
export const serverFrame = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("welcome"),
    user: userSchema.describe("Who the token says you are."),
    server: serverSchema.describe("Who answers."),
    limits: z
      .record(z.enum(Object.keys(limits) as (keyof typeof limits)[]), z.int())
      .describe("The [limits](#limits), by name."),
  }),
  z.strictObject({
    type: z.literal("joined"),
    room: roomSchema,
    epoch: epochSchema.describe("Which numbering `head` and every later `seq` belong to."),
    head: seqSchema.describe("The number after which live messages follow."),
    recovered: z.boolean().describe("True only if nothing between `after` and `head` is missing."),
    messages: z.array(messageSchema).describe("What follows `after`, or the room's latest page; ascending."),
    more: z.boolean().describe("`messages` of a resume end before `head`: page on by REST."),
    deleted: z
      .array(seqSchema)
      .optional()
      .describe("Messages up to `after` whose text was taken out, when they are many the last 500."),
  }),
  z.strictObject({ type: z.literal("left"), room: roomSchema }),
  z.strictObject({ type: z.literal("message"), room: roomSchema, ...messageFields }),
  z.strictObject({
    type: z.literal("ack"),
    id: idSchema.describe("Of the `send`."),
    room: roomSchema,
    seq: seqSchema.describe("The number that it got."),
    ts: messageFields.ts,
    duplicate: z.boolean().describe("It was stored before; the number is that of the first time."),
  }),
  z.strictObject({
    type: z.literal("deleted"),
    room: roomSchema,
    seq: seqSchema.describe("Of the message whose text was taken out."),
  }),
  z.strictObject({
    type: z.literal("presence"),
    room: roomSchema,
    joined: z.array(userSchema).optional().describe("Who came since the last such frame, or has another name."),
    left: z.array(userSchema).optional().describe("Who went since the last such frame."),
    count: z.int().min(0).describe("Members now, on all nodes."),
  }),
  z.strictObject({ type: z.literal("typing"), room: roomSchema, user: userSchema.describe("Who types.") }),
  z.strictObject({
    type: z.literal("error"),
    code: z.enum(Object.keys(errorCodes) as ErrorName[]).describe("One of the [errors](#errors)."),
    message: z.string().describe("For a developer, in English."),
    retry: z.boolean().describe("True for the duty `retry`: the same again, with the same id."),
    retryAfterMs: z.int().min(0).optional().describe("Not before this many milliseconds."),
    id: idSchema.optional().describe("Of the `send` that failed."),
    room: roomSchema.optional().describe("Of the frame that failed."),
  }),
  z.strictObject({
    type: z.literal("drain"),
    reconnectInMs: z.int().min(0).describe("When to connect again, so that not everybody does at once."),
  }),
  z.strictObject({ type: z.literal("pong") }),
]);
export type ServerFrame = Frozen<z.infer<typeof serverFrame>>;

/** Frames are shared between the members of a room, so nobody may change one. */
type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;
