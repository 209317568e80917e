import { SettingsError } from "../config.ts";
import { parseName } from "../protocol/text.ts";
import { type Keys, KeysError } from "./keys.ts";
import { createTokens } from "./tokens.ts";
import { createUserId } from "./user-id.ts";

/** A week: whoever needs it for longer makes another one. */
const mostHours = 168;

/**
 * Makes a moderator: `moderator-token <name> [hours]`, for whoever holds the signing keys. There is no other way to
 * become one, and none to lose it before the token ends but a ban or new keys.
 *
 * @returns the token, for standard output
 * @throws SettingsError when the words or the keys cannot be used
 */
export async function makeModeratorToken(
  words: readonly string[],
  { keys, now }: { readonly keys: Keys; readonly now: () => number },
): Promise<string> {
  const [typed = "", hours = "8", ...more] = words;
  const name = parseName(typed);
  const lastsHours = /^\d{1,3}$/.test(hours) ? Number(hours) : 0;
  if (name === undefined || more.length > 0 || lastsHours < 1 || lastsHours > mostHours) {
    throw new SettingsError(`Usage: moderator-token <name> [hours, 1 to ${mostHours}; 8 without]`);
  }
  try {
    const tokens = createTokens({ keys, lifetimeMs: lastsHours * 3_600_000, now });
    const { token } = await tokens.sign({ id: createUserId(), name }, "moderator");
    return token;
  } catch (error) {
    if (error instanceof KeysError) throw new SettingsError(`SIGNING_KEYS_FILE: ${error.message}`);
    throw error;
  }
}
