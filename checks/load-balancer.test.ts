import { expect, test } from "vitest";
import { loadBalancerAnnotations } from "../constructs/hetzner-load-balancer.ts";
import { production } from "../test/production.ts";
import { annotations, prefix } from "./load-balancer.ts";

// hcloud-cloud-controller-manager v1.35.0 docs/reference/load_balancer_annotations.md lists so many, five of them read-only.
test("the table has every annotation of the reference", () => {
  expect(Object.keys(annotations)).toHaveLength(38);
  expect(Object.keys(annotations).filter((name) => annotations[name] === "read-only")).toEqual([
    "id",
    "ipv4",
    "ipv4-rdns",
    "ipv6",
    "ipv6-rdns",
  ]);
});

test("what the platform sets is in the table", () => {
  const names = Object.keys(loadBalancerAnnotations(production, "production-traefik"));
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(annotations).toHaveProperty([name.slice(prefix.length)]);
});
