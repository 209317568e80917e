/**
 * What people may write. Plain functions without a library, because the page and the server share them.
 */
import { limits } from "./limits.ts";

/** C0 and C1 controls but tab and line feed, and the bidirectional overrides, with which a text shows as another. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const forbiddenInText = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

/** Blanks and what shows as nothing: Unicode's default ignorable characters, and the braille cell without dots. */
const invisible = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;
const visible = /[^\s\p{Default_Ignorable_Code_Point}\u2800]/u;

/**
 * In a name also line breaks, tabs and everything invisible. The emoji selector (U+FE0F) may stay, because phones put
 * it into names; `foldName` takes it out.
 */
const forbiddenInName = /(?!\ufe0f)[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** A message that is well-formed Unicode, not blank, and within the limit. */
export const isText = (text: string): boolean =>
  text.length <= limits.textLength && visible.test(text) && text.isWellFormed() && !forbiddenInText.test(text);

/** A name as a person typed it, without the blanks around it; undefined if it cannot be one. */
export function parseName(typed: string): string | undefined {
  const name = typed
    .normalize("NFC")
    .trim()
    .replace(/\p{Zs}+/gu, " ");
  const valid =
    name.length <= limits.nameLength && visible.test(name) && name.isWellFormed() && !forbiddenInName.test(name);
  return valid ? name : undefined;
}

/**
 * Two names that people cannot tell apart by case, width or blanks are one (Unicode compatibility folding). Through
 * upper case, because the German sharp s and the final sigma have no other way back to what they are equal to.
 */
export const foldName = (name: string): string =>
  name.normalize("NFKC").replace(invisible, "").toLowerCase().toUpperCase().toLowerCase().normalize("NFKC");

export const isRoomName = (room: string): boolean =>
  room.length <= limits.roomNameLength && /^[a-z0-9][a-z0-9._-]*$/.test(room);

export const isMessageId = (id: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(id);
