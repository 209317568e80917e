import { expect, test } from "vitest";
import { production } from "../test/production.ts";
import type { Flow, Pods } from "./flow.ts";
import { compilePolicies } from "./network-policies.ts";

const pods = (name: string, namespace: string): Pods => ({
  name,
  namespace,
  labels: { "app.kubernetes.io/name": name },
});
const isolated = (...names: string[]) =>
  names.map((name) => ({ name, podSecurity: "restricted", isolated: true }) as const);
const compile = (namespaces: ReturnType<typeof isolated>, ...flows: Flow[]) =>
  compilePolicies(production, namespaces, flows);
const named = (policies: ReturnType<typeof compile>, namespace: string, name: string) =>
  policies.find((one) => one.namespace === namespace && one.name === name)?.spec;

test("an isolated namespace refuses everything that no flow opens", () => {
  expect(compile(isolated("a"))).toEqual([
    { namespace: "a", name: "default-deny", spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
  ]);
});

// One closed end is enough to cut a connection.
test("a flow between two isolated namespaces opens both ends", () => {
  const policies = compile(isolated("a", "b"), {
    from: pods("client", "a"),
    to: pods("server", "b"),
    port: 80,
    why: "test",
  });
  expect(named(policies, "a", "client")).toMatchObject({
    policyTypes: ["Egress"],
    egress: [{ ports: [{ protocol: "TCP" }] }],
  });
  expect(named(policies, "b", "server")).toMatchObject({
    policyTypes: ["Ingress"],
    ingress: [{ from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "a" } } }] }],
  });
});

test("a namespace that is not isolated gets no policy", () => {
  expect(compile([], { from: pods("client", "a"), to: "internet", port: 443, why: "test" })).toEqual([]);
});

test("several ports of one peer are one rule", () => {
  const to = pods("server", "b");
  const policies = compile(
    isolated("a"),
    { from: pods("c", "a"), to, port: 1, why: "test" },
    { from: pods("c", "a"), to, port: 2, why: "test" },
  );
  expect(named(policies, "a", "c")?.egress).toHaveLength(1);
  expect(named(policies, "a", "c")?.egress?.[0]?.ports?.map(({ port }) => port?.value)).toEqual([1, 2]);
});

// The metadata service hands out the server's secrets; the private ranges are reached by flows of their own.
test("the internet is not the private network, the cluster or the metadata service", () => {
  const policies = compile(isolated("a"), { from: pods("c", "a"), to: "internet", port: 443, why: "test" });
  const { networkRange } = production.hetzner;
  const { podCidr, serviceCidr } = production.cluster;
  expect(named(policies, "a", "c")?.egress?.[0]?.to).toEqual([
    { ipBlock: { cidr: "0.0.0.0/0", except: [networkRange, podCidr, serviceCidr, "169.254.0.0/16"] } },
  ]);
});

test("one name for two sets of pods is refused", () => {
  const other = { ...pods("c", "a"), labels: { role: "other" } };
  expect(() => compile(isolated("a"), { from: pods("c", "a"), to: other, port: 1, why: "test" })).toThrow(
    "declared with two sets of labels",
  );
});
