import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { bundle } from "../bundle.ts";
import { missingChromium, startChromium } from "./chromium.ts";
import { type ChatNode, startNode } from "./nodes.ts";
import { startProxy, type TcpProxy } from "./proxy.ts";
import { missingRedis, type Redis, startRedis } from "./redis.ts";

const missing = missingChromium ?? missingRedis;
const withinMs = 20_000;
const commit = "0123456789abcdef0123456789abcdef01234567";

/** Somebody with a browser of their own, who reaches the chat through a network of their own. */
export interface Person {
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

/** What tests of the page need. */
export interface PageWorld {
  /** A room that is not used yet, and networks of two people, each with a node of its own. */
  two(): Promise<{
    readonly room: string;
    readonly left: TcpProxy;
    readonly right: TcpProxy;
    readonly leftNode: ChatNode;
    readonly rightNode: ChatNode;
  }>;
  /** Opens the page in that room. */
  visit(network: TcpProxy, width?: number): Promise<Person>;
  /** Says a name on it. */
  enter(person: Person, name: string): Promise<void>;
  enterFrom(network: TcpProxy, name: string, width?: number): Promise<Person>;
}

export const poll = <Value>(probe: () => Promise<Value>) => expect.poll(probe, { timeout: withinMs, interval: 50 });
export const lastMark = ({ page }: Person) => page.getByRole("log").locator(".own .mark").last();

/** The page as people have it: in a browser, from the bundle, on two nodes with a real Redis. */
export function describePage(name: string, tests: (world: PageWorld) => void): void {
  describe.skipIf(missing !== undefined)(missing === undefined ? name : `${name} (${missing})`, () => {
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
      return { room, left, right, leftNode, rightNode };
    }

    tests({ two, visit, enter, enterFrom });
  });
}
