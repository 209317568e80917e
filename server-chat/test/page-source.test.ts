import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const sources = globSync("{client,web}/*.ts", { cwd: root }).filter((path) => !path.endsWith(".test.ts"));
const styles = globSync("web/**/*.css", { cwd: root })
  .map((path) => read(path))
  .join("\n");
const lines = sources.flatMap((path) =>
  read(path)
    .split("\n")
    .map((line) => ({ path, line })),
);

test("there are sources of the page and of the client to look at", () => {
  expect(sources.filter((path) => path.startsWith("web/")).length).toBeGreaterThan(8);
  expect(styles.length).toBeGreaterThan(1_000);
  expect(sources.filter((path) => path.startsWith("client/")).length).toBeGreaterThan(8);
});

// What people write must never become markup, whatever they write.
test("no text becomes markup or code", () => {
  const ways =
    /innerHTML|outerHTML|insertAdjacentHTML|setHTML|createContextualFragment|DOMParser|srcdoc|document\.write|\beval\b|new Function/;
  expect(lines.filter(({ line }) => ways.test(line))).toEqual([]);
});

test("the page brings no script, style or handler of its own in its markup, and asks no other host", () => {
  const html = read("web/index.html");
  expect(html).toMatch(/<html lang="en">/);
  expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i);
  for (const [tag] of html.matchAll(/<script[^>]*>/g)) expect(tag).toContain('src="');
  for (const text of [html, styles, ...lines.map(({ line }) => line.replace(/^\s*(\/\/|\*|\/\*).*/, ""))])
    expect(text).not.toMatch(/(src|href|url\(|from|fetch\()\s*[="'(]*\s*(https?:)?\/\//);
});

// Zod alone would be five times the page; and the client has to run wherever there is a WebSocket.
test("the client and the page import nothing but themselves and the plain parts of the protocol", () => {
  const plain = /^\.\.\/src\/protocol\/(close-codes|errors|text|limits)\.ts$/;
  const own = /^\.\.?\/(client\/)?[a-z-]+\.ts$/;
  const values = sources.flatMap((path) =>
    [...read(path).matchAll(/^(?:import|export)\s+(?!type\b)[^;]*?from "([^"]+)";/gms)].map(([, target = ""]) => ({
      path,
      target,
    })),
  );
  expect(values.length).toBeGreaterThan(20);
  expect(values.filter(({ target }) => !plain.test(target) && !own.test(target))).toEqual([]);
  expect(values.filter(({ path, target }) => path.startsWith("client/") && target.includes("web/"))).toEqual([]);
});

/** WCAG 2.2, "relative luminance". */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

const [light = "", dark = ""] = styles.match(/:root \{[^}]*\}/g) ?? [];

// 4.5 to 1 is what WCAG 2.2 asks for text (success criterion 1.4.3).
test.each([
  ["light", light],
  ["dark", dark],
])("every text of the %s page stands out from its ground", (_name, block) => {
  const colour = (name: string) => block.match(new RegExp(`--${name}: (#[0-9a-f]{6});`))?.[1] ?? "";
  for (const [text, ground] of [
    ["text", "ground"],
    ["text", "surface"],
    ["muted", "ground"],
    ["muted", "surface"],
    ["problem", "ground"],
    ["problem", "surface"],
    ["on-accent", "accent"],
    ["on-own", "own"],
    ["on-own-muted", "own"],
  ] as const) {
    const [lighter = 0, darker = 0] = [colour(text), colour(ground)].map(luminance).sort((a, b) => b - a);
    expect((lighter + 0.05) / (darker + 0.05), `${text} on ${ground}`).toBeGreaterThan(4.5);
  }
});
