/**
 * What people may write. Plain functions without a library, because the page and the server share them.
 */
import { limits } from "./limits.ts";

/** C0 and C1 controls but tab and line feed, and the bidirectional overrides, with which a text shows as another. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const forbiddenInText = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** In a name also line breaks, tabs and the characters that show as nothing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const forbiddenInName = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

/** A message that is well-formed Unicode, not blank, and within the limit. */
export const isText = (text: string): boolean =>
  text.length <= limits.textLength && text.trim() !== "" && text.isWellFormed() && !forbiddenInText.test(text);

/** A name as a person typed it, without the blanks around it; undefined if it cannot be one. */
export function parseName(typed: string): string | undefined {
  const name = typed.normalize("NFC").trim().replace(/ +/g, " ");
  const valid = name !== "" && name.length <= limits.nameLength && name.isWellFormed() && !forbiddenInName.test(name);
  return valid ? name : undefined;
}

/** Two names that people cannot tell apart by case, width or blanks are one (Unicode compatibility folding). */
export const foldName = (name: string): string => name.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

export const isRoomName = (room: string): boolean =>
  room.length <= limits.roomNameLength && /^[a-z0-9][a-z0-9._-]*$/.test(room);

export const isMessageId = (id: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id);
