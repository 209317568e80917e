import { expect, test } from "vitest";
import { describePage, lastMark, poll } from "./page-world.ts";

describePage("the page", ({ two, visit, enter, enterFrom }) => {
  test("two people on two nodes talk, also while one node is killed", async () => {
    const { left, right, leftNode, rightNode, room } = await two();
    const ann = await enterFrom(left, "Ann", 390);
    const ben = await enterFrom(right, "Ben");
    // A report of something odd can name the build that it was seen on.
    const build = "version 1.4.0 (0123456), teal";
    await ann.page.getByRole("contentinfo").getByText(`Served by node-${leftNode.port}, ${build}`).waitFor();
    await ben.page.getByRole("contentinfo").getByText(`Served by node-${rightNode.port}, ${build}`).waitFor();
    await ann.page.getByText("2 people here").waitFor();

    // Text that would run if it were taken for markup.
    const markup = `<img src=x onerror="document.title='broken'">`;
    await ann.write("hello");
    await poll(() => ben.texts()).toEqual(["hello"]);
    await ben.write(markup);
    await poll(() => ann.texts()).toEqual(["hello", markup]);
    await ann.write("two\nlines");
    for (const person of [ann, ben]) await poll(() => person.texts()).toEqual(["hello", markup, "two\nlines"]);
    await poll(() => lastMark(ann).getAttribute("aria-label")).toBe("sent");
    expect(await ann.page.getByRole("log").locator("img").count()).toBe(0);

    await leftNode.kill();
    await ann.page.getByRole("status").getByText("Reconnecting").waitFor();
    await ann.write("from the tunnel");
    await poll(() => lastMark(ann).textContent()).toBe("sending …");
    expect(await ben.texts()).not.toContain("from the tunnel");

    left.retarget(rightNode.port);
    await ben.write("are you there?");
    const everything = ["hello", markup, "two\nlines", "are you there?", "from the tunnel"];
    await poll(async () => (await ann.texts()).length).toBe(everything.length);
    await poll(() => lastMark(ann).getAttribute("aria-label")).toBe("sent");
    await poll(async () => [...(await ben.texts())].sort()).toEqual([...everything].sort());
    expect(await ann.texts()).toEqual(await ben.texts());
    await ann.page.getByRole("contentinfo").getByText(`Served by node-${rightNode.port}`).waitFor();
    await ann.page.getByRole("status").getByText("Online").waitFor();

    for (const { complaints, hosts, network, page } of [ann, ben]) {
      expect(complaints).toEqual([]);
      expect([...hosts]).toEqual([`127.0.0.1:${network.port}`]);
      expect(await page.title()).toBe(`${room} – Chat`);
    }
  });

  test("a reload loses nothing: name, rooms, and what was not sent", async () => {
    const { left, room } = await two();
    const ann = await visit(left);
    let blocked = false;
    await ann.page.routeWebSocket(/\/ws$/, (client) => {
      if (blocked) client.close({ code: 1012 });
      else client.connectToServer();
    });
    await enter(ann, "Ann");
    await ann.page.getByLabel("Join another room").fill(`${room}-b`);
    await ann.page.keyboard.press("Enter");
    await ann.write("in the other room");
    await ann.page.getByRole("link", { name: room, exact: true }).click();

    blocked = true;
    left.cut();
    await ann.page.getByRole("status").getByText("Reconnecting").waitFor();
    await ann.write("not yet sent");
    await ann.page.reload();
    await ann.page.getByText("sending …").waitFor();
    blocked = false;
    await poll(() => lastMark(ann).getAttribute("aria-label")).toBe("sent");
    expect(await ann.texts()).toEqual(["not yet sent"]);
    await ann.page.getByRole("link", { name: `${room}-b` }).click();
    await ann.page.getByText("in the other room").waitFor();
    expect(ann.complaints).toEqual([]);
  });

  // Otherwise it would end in the wrong room.
  test("what is begun in one room stays there while another one is looked at", async () => {
    const { left, room } = await two();
    const ann = await enterFrom(left, "Ann");
    const field = ann.page.getByLabel("Your message");
    await field.fill("only for this room");
    await ann.page.getByLabel("Join another room").fill(`${room}-b`);
    await ann.page.keyboard.press("Enter");
    await ann.page.getByRole("heading", { name: `${room}-b` }).waitFor();
    expect(await field.inputValue()).toBe("");
    await ann.page.getByRole("link", { name: room, exact: true }).click();
    await poll(() => field.inputValue()).toBe("only for this room");
  });

  test("a message that is refused says why, and can be tried again", async () => {
    const { left, room } = await two();
    const ann = await visit(left);
    let refuse = true;
    await ann.page.routeWebSocket(/\/ws$/, (client) => {
      const server = client.connectToServer();
      client.onMessage((data) => {
        const frame = JSON.parse(String(data));
        if (frame.type !== "send" || !refuse) server.send(data);
        else client.send(JSON.stringify({ ...frame, type: "error", code: "forbidden", message: "", retry: false }));
      });
    });
    await ann.page.getByLabel("Your name").fill(`Ann ${room}`);
    await ann.page.getByRole("button", { name: "Join" }).click();
    await ann.write("first try");
    await ann.page.getByText("Not sent. You may not do that.").waitFor();
    refuse = false;
    await ann.page.getByRole("button", { name: "Try again" }).click();
    await poll(() => lastMark(ann).getAttribute("aria-label")).toBe("sent");
    expect(await ann.texts()).toEqual(["first try"]);
  });

  test("somebody else's name is refused with words, and the form is there again", async () => {
    const { left, right, room } = await two();
    await enterFrom(left, "Ann");
    const other = await visit(right);
    await other.page.getByLabel("Your name").fill(`ANN ${room}`);
    await other.page.getByRole("button", { name: "Join" }).click();
    await other.page.getByRole("alert").getByText("Somebody with this name is here").waitFor();
    expect(
      await other.page.getByLabel("Your name").evaluate((field) => field === field.ownerDocument.activeElement),
    ).toBe(true);
  });

  test("others see who writes, and who signs out leaves nothing behind", async () => {
    const { left, right, room } = await two();
    const ann = await enterFrom(left, "Ann");
    const ben = await enterFrom(right, "Ben");
    await ann.page.getByLabel("Your message").pressSequentially("I am");
    await ben.page.getByText(`Ann ${room} is writing`).waitFor();
    await ann.page.getByRole("button", { name: "Sign out" }).click();
    await ann.page.getByLabel("Your name").waitFor();
    await ben.page.getByText("1 person here").waitFor();
    await ann.page.reload();
    await ann.page.getByRole("heading", { name: "Welcome" }).waitFor();
  });

  test("on no screen anything is wider than the screen", async () => {
    const { left } = await two();
    const ann = await enterFrom(left, "Ann");
    await ann.write("aWordWithoutAnyBlank".repeat(20));
    await poll(() => lastMark(ann).getAttribute("aria-label")).toBe("sent");
    const wide = (element: { readonly scrollWidth: number; readonly clientWidth: number }) =>
      element.scrollWidth - element.clientWidth;
    for (const width of [320, 390, 767, 768, 1_920]) {
      await ann.page.setViewportSize({ width, height: 600 });
      expect([width, await ann.page.locator("html").evaluate(wide)]).toEqual([width, 0]);
      expect([width, await ann.page.getByRole("log").evaluate(wide)]).toEqual([width, 0]);
    }
  });
});
