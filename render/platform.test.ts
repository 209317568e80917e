import fc from "fast-check";
import { expect, test } from "vitest";
import { type AppDefinition, defineApp } from "../constructs/app.ts";
import { production } from "../test/production.ts";
import { planPlatform } from "./platform.ts";

const app = (name: string, dependsOn: readonly string[] = [], more: Partial<AppDefinition> = {}) => ({
  source: `charts/${name}.ts`,
  app: defineApp({ name, namespace: "chat-app", summary: name, dependsOn, render: () => {}, ...more }),
});

const waves = (sources: ReturnType<typeof app>[]) =>
  Object.fromEntries(planPlatform(production, sources).apps.map(({ app: { name }, wave }) => [name, wave]));

test("an app without dependencies is in wave 0, every other behind its latest dependency", () => {
  expect(waves([app("chat", ["redis", "proxy"]), app("redis", ["disk"]), app("disk"), app("proxy")])).toEqual({
    disk: 0,
    proxy: 0,
    redis: 1,
    chat: 2,
  });
});

// The law behind "Argo CD waits": a wave that is not later starts at the same time or before.
test("for every graph without a circle each app is in a later wave than all it depends on", () => {
  const graph = fc
    .integer({ min: 1, max: 30 })
    .chain((size) =>
      fc.tuple(
        ...Array.from({ length: size }, (_, index) =>
          fc
            .uniqueArray(fc.integer({ min: 0, max: Math.max(0, index - 1) }), { maxLength: index })
            .map((edges) => (index === 0 ? [] : edges)),
        ),
      ),
    );
  fc.assert(
    fc.property(graph, (edges) => {
      const sources = edges.map((targets, index) =>
        app(
          `app-${index}`,
          targets.map((target) => `app-${target}`),
        ),
      );
      const wave = waves([...sources].reverse());
      for (const { app: one } of sources)
        for (const target of one.dependsOn) expect(wave[one.name]).toBeGreaterThan(wave[target] ?? Number.NaN);
    }),
  );
});

test("a circle is refused and printed whole", () => {
  expect(() => planPlatform(production, [app("a", ["b"]), app("b", ["c"]), app("c", ["b"])])).toThrow("b -> c -> b");
});

test("a dependency that no file declares is refused by name", () => {
  expect(() => planPlatform(production, [app("chat", ["rediss"])])).toThrow(
    'charts/chat.ts: dependsOn "rediss", but no file in charts/ declares',
  );
});

test("a dependency that is switched off in this environment is refused as such", () => {
  expect(() => planPlatform(production, [app("chat", ["redis"]), app("redis", [], { enabled: () => false })])).toThrow(
    "switched off in production",
  );
});

// The second folder would replace the first one, and one app would silently vanish from the cluster.
test("two apps with one name are refused with both files", () => {
  expect(() => planPlatform(production, [app("chat"), { ...app("chat"), source: "charts/other.ts" }])).toThrow(
    'charts/chat.ts and charts/other.ts both declare the app name "chat"',
  );
});

test("a namespace has one owner", () => {
  const namespaces = [{ name: "shared", podSecurity: "restricted", isolated: true }] as const;
  expect(() => planPlatform(production, [app("a", [], { namespaces }), app("b", [], { namespaces })])).toThrow(
    'charts/a.ts and charts/b.ts both declare the namespace "shared"',
  );
});
