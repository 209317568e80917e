import { expect, test } from "vitest";
import { createLog } from "../log.ts";
import { audited } from "./audit.ts";

// Somebody who wants a quiet log must not lose the record of who banned whom.
test("the record is kept whatever the level of the log", async () => {
  const lines: string[] = [];
  const server = { id: "chat-0", version: "1", commit: "c", colour: "blue" };
  const log = createLog({ logLevel: "error", server, node: undefined }, { write: (line) => lines.push(line) });
  const caller = { user: { id: "MMMMMMMMMMMMMMMM", name: "Guard" }, role: "moderator", expiresAt: 0 } as const;
  const result = await audited({ caller, log }, { act: "kick", whom: "AAAAAAAAAAAAAAAA" }, async () => "done");
  expect(result).toBe("done");
  expect(lines.map((line) => JSON.parse(line).act)).toEqual(["kick"]);
});
