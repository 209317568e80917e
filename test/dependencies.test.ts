import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./production.ts";

interface Package {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly integrity?: string;
  readonly link?: boolean;
  /** Inside the archive of its parent, whose integrity covers it. */
  readonly inBundle?: boolean;
  readonly version?: string;
  readonly hasInstallScript?: boolean;
}

const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8")) as Package;
const manifests = [read("package.json"), read("server-chat/package.json")];
const wanted = manifests.flatMap(({ dependencies, devDependencies, optionalDependencies }) =>
  Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies }),
);
const locked = (
  JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as { packages: Record<string, Package> }
).packages;

test("every dependency is exact", () => {
  expect(wanted.length).toBeGreaterThan(10);
  expect(wanted.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
});

test("every dependency says in docs/dependencies.md why it is here, and no other does", () => {
  const rows = readFileSync(join(root, "docs/dependencies.md"), "utf8").matchAll(/^\| (`[^|]+) \| ([^|]+) \|$/gm);
  const explained = [...rows].flatMap(([, names = ""]) => [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name));
  expect(explained.sort()).toEqual([...new Set(wanted.map(([name]) => name))].sort());
});

// Without it the registry could hand out another file under the same version.
test("every locked package has an integrity", () => {
  const packages = Object.entries(locked).filter(
    ([path, { link, inBundle }]) => path.startsWith("node_modules/") && link !== true && inBundle !== true,
  );
  expect(packages.length).toBeGreaterThan(100);
  expect(packages.filter(([, { integrity }]) => !integrity?.startsWith("sha512-")).map(([path]) => path)).toEqual([]);
});

test("Node is locked for every platform, without an install script", () => {
  const platforms = Object.keys(read("package.json").optionalDependencies ?? {});
  expect(platforms.length).toBeGreaterThan(3);
  for (const name of platforms)
    expect(locked[`node_modules/${name}`]).toMatchObject({
      version: expect.stringMatching(/^24\./),
      integrity: expect.any(String),
    });
  for (const name of platforms) expect(locked[`node_modules/${name}`]?.hasInstallScript).toBeUndefined();
});
