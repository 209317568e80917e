import { expect, test } from "vitest";
import { limits } from "../src/protocol/limits.ts";
import { describePage, poll } from "./page-world.ts";

describePage("the messages on the page", ({ two, visit, enter, enterFrom }) => {
  /** Ann, whose first message is stored without her hearing of it, and what Ben wrote since, which is more than a page. */
  async function unheard() {
    const { left, right } = await two();
    const ann = await visit(left);
    await ann.page.setViewportSize({ width: 800, height: 500 });
    let lost = /never/;
    await ann.page.routeWebSocket(/\/ws$/, (client) => {
      const server = client.connectToServer();
      server.onMessage((data) => {
        if (!lost.test(String(data))) client.send(data);
      });
    });
    await enter(ann, "Ann");
    const ben = await enterFrom(right, "Ben");
    lost = /"type":"(ack|message)"/;
    await ann.write("mine");
    await poll(() => ben.texts()).toEqual(["mine"]);
    const later = Array.from({ length: 30 }, (_, index) => `later ${index + 1}`);
    for (const text of later) await ben.write(text);
    await poll(async () => (await ben.texts()).length).toBe(later.length + 1);
    return {
      ann,
      later,
      lose(what: RegExp) {
        lost = what;
      },
    };
  }

  // What was written since is in the log before the answer to the send is.
  test("a message that was stored before a reload is shown at its place, once", async () => {
    const { ann, later, lose } = await unheard();
    lose(/never/);
    await ann.page.reload();
    // What is acknowledged is not kept any longer.
    await poll(() => ann.page.evaluate(() => sessionStorage.getItem("chat") ?? "")).not.toContain("mine");
    const newest = await ann.texts();
    expect(newest).toEqual(later.slice(-newest.length));
    await ann.page.getByRole("button", { name: "Show older messages" }).click();
    await poll(() => ann.texts()).toEqual(["mine", ...later]);
  });

  test("a message that still waits for its answer gives way to itself among older ones", async () => {
    const { ann, later, lose } = await unheard();
    lose(/"type":"ack"/);
    await ann.page.reload();
    await ann.page.getByText("sending …").waitFor();
    await poll(async () => (await ann.texts()).length).toBeGreaterThan(1);
    await ann.page.getByRole("button", { name: "Show older messages" }).click();
    await poll(() => ann.texts()).toEqual(["mine", ...later]);
  });

  test("older messages come when asked for, and who reads them is not pulled away", async () => {
    const { left, right } = await two();
    const ann = await enterFrom(left, "Ann");
    for (let number = 1; number <= 40; number += 1) await ann.write(`number ${number}`);
    await poll(async () => (await ann.texts()).length).toBe(40);
    const ben = await visit(right);
    // In a taller window the page asks by itself for what it has room for.
    await ben.page.setViewportSize({ width: 390, height: 500 });
    await enter(ben, "Ben");
    await poll(async () => (await ben.texts())[0]).toBe(`number ${41 - limits.firstPage}`);
    const older = ben.page.getByRole("button", { name: "Show older messages" });
    await older.click();
    await poll(async () => (await ben.texts()).length).toBe(40);
    expect(await older.isHidden()).toBe(true);

    await ben.page.getByRole("log").press("Home");
    await ben.page.getByText("number 1", { exact: true }).waitFor();
    await ann.write("news");
    const newest = ben.page.getByRole("button", { name: "New messages" });
    await newest.click();
    await newest.waitFor({ state: "hidden" });
    expect(await ben.page.getByText("news", { exact: true }).isVisible()).toBe(true);
    expect(ben.complaints).toEqual([]);
  });
});
