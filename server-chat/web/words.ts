import type { ConnectionState, StopReason } from "../client/link.ts";
import { closeCodes } from "../src/protocol/close-codes.ts";
import type { ErrorName } from "../src/protocol/errors.ts";
import { errorCodes } from "../src/protocol/errors.ts";

const failures: Partial<Record<ErrorName, string>> = {
  bad_text: "This text cannot be sent: it holds characters that are not allowed.",
  banned: "You are banned from this chat.",
  forbidden: "You may not do that.",
  name_taken: "Somebody with this name is here. Take another one.",
  bad_name: "This name cannot be used: 1 to 32 visible characters.",
  bad_room: "This is no name for a room: small letters, digits, dots, dashes and underscores.",
  too_many_rooms: "You are in as many rooms as one connection may be.",
};

/** What an error means for whoever reads this page. */
export const explainError = (code: ErrorName): string => failures[code] ?? errorCodes[code].message;

const farewells: Readonly<Record<number, string>> = {
  [closeCodes.kicked.code]: "A moderator ended your connection. You may come back.",
  [closeCodes.banned.code]: explainError("banned"),
  [closeCodes.nameTaken.code]: explainError("name_taken"),
  [closeCodes.badToken.code]: "The server does not know you any more. Please join again.",
};

export function explainStop({ code, message }: StopReason): string {
  if (typeof code === "string") return explainError(code);
  return (code === undefined ? undefined : farewells[code]) ?? `The connection has ended: ${message}.`;
}

export function describeState(state: ConnectionState): string {
  switch (state.name) {
    case "online":
      return "Online";
    case "connecting":
      return state.attempt === 0 ? "Connecting …" : "Reconnecting …";
    case "reconnecting":
      // The same words for every attempt: a screen reader says them once.
      return "Reconnecting …";
    case "stopped":
      return "Not connected";
  }
}

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** The time of a message of today, and with its day of an older one. */
export function describeTime(ms: number, nowMs: number): string {
  const sameDay = new Date(ms).toDateString() === new Date(nowMs).toDateString();
  return (sameDay ? time : dayAndTime).format(ms);
}

export function describeTyping(names: readonly string[]): string {
  const [one, two] = names;
  if (one === undefined) return "";
  if (two === undefined) return `${one} is writing …`;
  return names.length === 2 ? `${one} and ${two} are writing …` : "Several people are writing …";
}
