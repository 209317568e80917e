import { type ErrorName, errorCodes } from "../protocol/errors.ts";
import type { ServerFrame, ServerInfo, User } from "../protocol/frames.ts";
import { limits } from "../protocol/limits.ts";
import type { Entry } from "./ring.ts";
import { textFrame } from "./text-frame.ts";

export const jsonFrame = (frame: ServerFrame): Buffer => textFrame(JSON.stringify(frame));

/** Only the user differs from one `welcome` to the next. */
export function createWelcome(server: ServerInfo): (user: User) => Buffer {
  const rest = JSON.stringify({ server, limits }).slice(1);
  return (user) => textFrame(`{"type":"welcome","user":${JSON.stringify(user)},${rest}`);
}

/** Room names and epochs need no escapes in JSON, so the parts are put together as text. */
export const messageFrame = (room: string, { json }: Entry): Buffer =>
  textFrame(`{"type":"message","room":"${room}",${json.slice(1)}`);

export interface Joined {
  readonly room: string;
  readonly epoch: string;
  readonly head: number;
  readonly recovered: boolean;
  readonly entries: readonly Entry[];
  readonly more: boolean;
  readonly deleted?: readonly number[];
}

export function joinedFrame({ room, epoch, head, recovered, entries, more, deleted }: Joined): Buffer {
  const messages = entries.map(({ json }) => json).join(",");
  const gone = deleted === undefined || deleted.length === 0 ? "" : `,"deleted":[${deleted.join(",")}]`;
  return textFrame(
    `{"type":"joined","room":"${room}","epoch":"${epoch}","head":${head},"recovered":${recovered},` +
      `"messages":[${messages}],"more":${more}${gone}}`,
  );
}

/** What an error is about, and when to try again. */
export interface ErrorDetails {
  readonly id?: string;
  readonly room?: string;
  readonly retryAfterMs?: number;
}

export const errorFrame = (code: ErrorName, details: ErrorDetails): Buffer =>
  jsonFrame({
    type: "error",
    code,
    message: errorCodes[code].message,
    retry: errorCodes[code].duty === "retry",
    ...details,
  });
