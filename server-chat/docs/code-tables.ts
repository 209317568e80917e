import { closeCodes } from "../src/protocol/close-codes.ts";
import { errorCodes } from "../src/protocol/errors.ts";
import { type Limits, limits } from "../src/protocol/limits.ts";
import { formatTable } from "./blocks.ts";

export const errorTable = (): string =>
  formatTable(
    ["code", "duty", "status by REST", "message"],
    Object.entries(errorCodes).map(([code, { duty, status, message }]) => [
      `\`${code}\``,
      duty,
      String(status),
      message,
    ]),
  );

export const closeCodeTable = (): string =>
  formatTable(
    ["code", "reason", "duty", "why"],
    Object.values(closeCodes)
      .sort((a, b) => a.code - b.code)
      .map(({ code, reason, duty, why }) => [String(code), reason && `\`${reason}\``, duty, why]),
  );

const limitMeanings: Record<keyof Limits, string> = {
  frameBytes: "Bytes of one WebSocket message, and of the body of one request.",
  textLength: "UTF-16 code units of a message's text.",
  nameLength: "UTF-16 code units of a person's name.",
  roomNameLength: "Characters of a room's name.",
  roomsPerConnection: "Rooms that one connection is in at a time.",
  firstPage: "Messages that a newcomer gets with `joined`.",
  page: "Messages of the answer to a resume, and of a page of history.",
  pageBytes: "Bytes of one page: a page that would be larger ends earlier and says that there is more.",
  presenceNames: "Members above which presence is a count without names.",
};

export const limitTable = (): string =>
  formatTable(
    ["limit", "value", "of what"],
    Object.entries(limits).map(([name, value]) => [`\`${name}\``, String(value), limitMeanings[name as keyof Limits]]),
  );
