import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { bundle } from "../bundle.ts";
import { missingChromium, startChromium } from "./chromium.ts";
import { type ChatNode, startNode } from "./nodes.ts";
import { startProxy, type TcpProxy } from "./proxy.ts";
import { missingRedis, type Redis, startRedis } from "./redis.ts";

/** The page as people have it: in a browser, from the bundle, on two nodes with a real Redis. */
const missing = missingChromium ?? missingRedis;
const withinMs = 20_000;
const commit = "0123456789abcdef0123456789abcdef01234567";

/** Somebody with a browser of their own, who reaches the chat through a network of their own. */
interface Person {
  readonly page: Page;
  readonly network: TcpProxy;
  /** What the browser complained of, except for connections that failed. */
  readonly complaints: readonly string[];
  /** Hosts that the browser asked. */
  readonly hosts: ReadonlySet<string>;
  /** Texts of the messages, in their order on the page. */
  texts(): Promise<readonly string[]>;
  write(text: string): Promise<void>;
}

describe.skipIf(missing !== undefined)(missing === undefined ? "the page" : `the page (${missing})`, () => {
  let folder: string;
  let browser: Browser;
  let redis: Redis;
  let rooms = 0;
  let room = "";

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "chat-page-"));
    await bundle(folder);
    [browser, redis] = await Promise.all([startChromium(), startRedis()]);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true });
  });

  async function startNetworks(count: number): Promise<readonly TcpProxy[]> {
    const networks = await Promise.all(Array.from({ length: count }, () => startProxy(1)));
    onTestFinished(async () => void (await Promise.all(networks.map((network) => network.close()))));
    return networks;
  }

  async function startServer(networks: readonly TcpProxy[]): Promise<ChatNode> {
    const origins = networks.map(({ port }) => `http://127.0.0.1:${port}`);
    const node = await startNode({
      redis,
      program: join(folder, "server.js"),
      env: {
        ALLOWED_ORIGINS: origins.join(","),
        RATE_MESSAGES: "1000/1000",
        APP_VERSION: "1.4.0",
        APP_COMMIT: commit,
        APP_COLOUR: "teal",
      },
    });
    onTestFinished(async () => void (await node.kill()));
    return node;
  }

  /** Opens the page in a room of this test. */
  async function visit(network: TcpProxy, width = 1_200): Promise<Person> {
    const context = await browser.newContext({ viewport: { width, height: 800 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    page.setDefaultTimeout(withinMs);
    const complaints: string[] = [];
    const hosts = new Set<string>();
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (line) => {
      // The browser itself reports every failed attempt to connect.
      if (!line.text().startsWith("WebSocket connection to")) complaints.push(line.text());
    });
    page.on("request", (request) => hosts.add(new URL(request.url()).host));
    await page.goto(`http://127.0.0.1:${network.port}/#${room}`);
    return {
      page,
      network,
      complaints,
      hosts,
      texts: () => page.getByRole("log").locator(".text").allTextContents(),
      async write(text) {
        await page.getByLabel("Your message").fill(text);
        await page.keyboard.press("Enter");
      },
    };
  }

  async function enter({ page }: Person, name: string): Promise<void> {
    await page.getByLabel("Your name").fill(`${name} ${room}`);
    await page.keyboard.press("Enter");
    await page.getByText("Online").waitFor();
  }

  async function enterFrom(network: TcpProxy, name: string, width?: number): Promise<Person> {
    const person = await visit(network, width);
    await enter(person, name);
    return person;
  }

  const poll = <Value>(probe: () => Promise<Value>) => expect.poll(probe, { timeout: withinMs, interval: 50 });
  const lastMark = ({ page }: Person) => page.getByRole("log").locator(".own .mark").last();

  /** Two people on two nodes. */
  async function two() {
    rooms += 1;
    room = `room-${rooms}`;
    const networks = await startNetworks(2);
    const nodes = await Promise.all([startServer(networks), startServer(networks)]);
    const [left, right] = networks;
    const [leftNode, rightNode] = nodes;
    if (left === undefined || right === undefined || leftNode === undefined || rightNode === undefined)
      throw new Error("not two");
    left.retarget(leftNode.port);
    right.retarget(rightNode.port);
    return { left, right, leftNode, rightNode };
  }

  test("two people on two nodes talk, also while one node is killed", async () => {
    const { left, right, leftNode, rightNode } = await two();
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
    const { left } = await two();
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
    const { left } = await two();
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
    const { left } = await two();
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

  test("older messages come when asked for, and who reads them is not pulled away", async () => {
    const { left, right } = await two();
    const ann = await enterFrom(left, "Ann");
    for (let number = 1; number <= 40; number += 1) await ann.write(`number ${number}`);
    await poll(async () => (await ann.texts()).length).toBe(40);
    const ben = await enterFrom(right, "Ben", 390);
    await poll(async () => (await ben.texts())[0]).toBe("number 16");
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

  test("somebody else's name is refused with words, and the form is there again", async () => {
    const { left, right } = await two();
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
    const { left, right } = await two();
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
