import { expect, test } from "vitest";
import { createCheckout, run } from "./checkout.ts";
import { git } from "./git-remote.ts";

// `npm run diff | head`, and a pager that is left, close the pipe while there is more to write.
test("a reader who has read enough gets no stack trace", async () => {
  using checkout = createCheckout();
  git(checkout.path, "init", "--quiet");
  git(checkout.path, "commit", "--quiet", "--allow-empty", "--message=area: nothing yet");
  const { stdout, stderr } = await run(checkout.path, ["sh", "-c", "node cli/start.js diff | head -n 1"], {});
  expect(stdout).toMatch(/^HEAD .* working tree: \d+ objects of \d+ apps\n$/);
  expect(stderr).toBe("");
});
