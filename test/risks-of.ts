import { fileName } from "../render/layout.ts";
import type { KubernetesObject } from "../render/manifest.ts";
import { formatYaml } from "../render/yaml.ts";
import { comparePlatforms } from "../reports/diff/compare-platforms.ts";
import type { Risk } from "../reports/diff/risk.ts";

/** The risks of going from these objects to those, all of one app; an object that is the same on both sides stands around. */
export function risksOf(before: readonly KubernetesObject[], after: readonly KubernetesObject[], app = "team"): Risk[] {
  const texts = (objects: readonly KubernetesObject[]) =>
    new Map(objects.map((object) => [`dist/production/${app}/${fileName(object)}`, formatYaml(object)]));
  const [left, right] = [texts(before), texts(after)];
  const files = [...new Set([...left.keys(), ...right.keys()])].map((path) => ({
    path,
    before: left.get(path),
    after: right.get(path),
  }));
  return comparePlatforms(files, { before: "before", after: "after" }).flatMap(({ risks }) => [...risks]);
}
