import { expect, test } from "vitest";
import { SettingsError } from "../config.ts";
import { createEphemeralKeys, KeysError } from "./keys.ts";
import { makeModeratorToken } from "./moderator-token.ts";
import { createTokens } from "./tokens.ts";

const nowMs = 1_800_000_000_000;
const now = () => nowMs;
const keys = createEphemeralKeys();
const verify = (token: string) => createTokens({ keys, lifetimeMs: 1, now }).verify(token, nowMs);

test.each([
  ["eight hours unless it is said otherwise", ["Guard"], 8],
  ["the hours that are said", ["Guard", "24"], 24],
])("makes a moderator for %s", async (_what, words, hours) => {
  const claims = verify(await makeModeratorToken(words, { keys, now }));
  expect(claims).toEqual({
    user: { id: expect.stringMatching(/^[\w-]{16}$/), name: "Guard" },
    role: "moderator",
    expiresAt: nowMs + hours * 3_600_000,
  });
});

test.each([
  [[]],
  [[""]],
  [["Guard", "0"]],
  [["Guard", "169"]],
  [["Guard", "-1"]],
  [["Guard", "1e2"]],
  [["a", "1", "x"]],
])("says how it is used when the words are %j", async (words) => {
  await expect(makeModeratorToken(words, { keys, now })).rejects.toThrow(SettingsError);
  await expect(makeModeratorToken(words, { keys, now })).rejects.toThrow(/^Usage: /);
});

test("names the setting when there are no keys", async () => {
  const none = {
    ...keys,
    signing() {
      throw new KeysError("the file is not JSON");
    },
  };
  const made = makeModeratorToken(["Guard"], { keys: none, now });
  await expect(made).rejects.toThrow(new SettingsError("SIGNING_KEYS_FILE: the file is not JSON"));
});
