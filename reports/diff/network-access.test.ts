import fc from "fast-check";
import { expect, test } from "vitest";
import type { NetworkPolicySpec } from "../../checks/kinds.ts";
import { selects } from "../../checks/labels.ts";
import { type Direction, governs } from "../../checks/network.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { changedAccess } from "./network-access.ts";
import type { ObjectChange } from "./platform-change.ts";
import { createSide } from "./surroundings.ts";

const path = "dist/production/namespaces/NetworkPolicy.a.yaml";
const place = { environment: "production", app: "namespaces", path };

function policy(name: string, spec: NetworkPolicySpec): KubernetesObject {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace: "a" }, spec };
}

/** What the change of each differing policy gains and loses, all policies of the namespace considered. */
function judge(before: readonly KubernetesObject[], after: readonly KubernetesObject[]) {
  const side = (objects: readonly KubernetesObject[]) => createSide(objects.map((object) => ({ ...place, object })));
  const around = { before: side(before), after: side(after) };
  const names = new Set([...before, ...after].map(({ metadata }) => metadata.name));
  const found = [...names].map((name) => {
    const change: ObjectChange = {
      ...place,
      before: before.find(({ metadata }) => metadata.name === name),
      after: after.find(({ metadata }) => metadata.name === name),
      fields: [],
    };
    return changedAccess(change, around);
  });
  return { gained: found.flatMap(({ gained }) => gained), lost: found.flatMap(({ lost }) => lost) };
}

const apps = [{}, { app: "x" }, { app: "y" }, { app: "z" }];
const labels = [...apps, ...apps.map((app) => ({ ...app, tier: "t" }))];
/** Pods of the namespace, and an address outside of the cluster. */
const peers = [{ app: "x" }, { app: "y" }, { other: "z" }, {}, undefined];
const ports = [79, 80, 81, 82];

const selector = fc.constantFrom(
  {},
  { matchLabels: { app: "x" } },
  { matchLabels: { tier: "t" } },
  {
    matchExpressions: [{ key: "app", operator: "In", values: ["x", "y"] }],
  },
  { matchExpressions: [{ key: "app", operator: "NotIn", values: ["x"] }] },
  { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] },
  { matchLabels: { tier: "t" }, matchExpressions: [{ key: "app", operator: "NotIn", values: ["y"] }] },
);
const rule = fc.record({
  from: fc.array(
    fc.record({ podSelector: fc.constantFrom({}, { matchLabels: { app: "x" } }, { matchLabels: { app: "y" } }) }),
    {
      maxLength: 2,
    },
  ),
  ports: fc.array(fc.oneof(fc.record({ port: fc.constantFrom(80, 81) }), fc.constant({ port: 80, endPort: 81 })), {
    maxLength: 2,
  }),
});
const spec = fc.record({
  podSelector: selector,
  policyTypes: fc.constant(["Ingress"]),
  ingress: fc.array(rule, { maxLength: 2 }),
});
const namespace = fc.uniqueArray(fc.tuple(fc.constantFrom("one", "two", "three"), spec), {
  selector: ([name]) => name,
  maxLength: 3,
});

/** What policies mean, asked connection by connection. */
function allows(policies: readonly KubernetesObject[], own: object, peer: object | undefined, port: number): boolean {
  const specs = policies.map((one) => one.spec as NetworkPolicySpec);
  const direction: Direction = "ingress";
  const governing = specs.filter((one) => governs(one, direction) && selects(one.podSelector ?? {}, { ...own }));
  if (governing.length === 0) return true;
  return governing.some(({ ingress = [] }) =>
    ingress.some(({ from = [], ports: open = [] }) => {
      const isPeer =
        from.length === 0 || (peer !== undefined && from.some(({ podSelector }) => selects(podSelector, { ...peer })));
      const isOpen = open.some((one) => port >= Number(one.port) && port <= (one.endPort ?? Number(one.port)));
      return isPeer && (open.length === 0 || isOpen);
    }),
  );
}

// A policy is one of several that add up: only all of them together say what a rule that changes opens.
test("a change gains what some connection gains, and loses what some connection loses", () => {
  fc.assert(
    fc.property(namespace, namespace, (left, right) => {
      const [before, after] = [left, right].map((list) =>
        list.map(([name, one]) => policy(name, one as NetworkPolicySpec)),
      );
      if (!before || !after) return;
      const connections = labels.flatMap((own) =>
        peers.flatMap((peer) => ports.map((port) => [own, peer, port] as const)),
      );
      const { gained, lost } = judge(before, after);
      const gains = connections.some((one) => allows(after, ...one) && !allows(before, ...one));
      const loses = connections.some((one) => allows(before, ...one) && !allows(after, ...one));
      expect([gained.length > 0, lost.length > 0]).toEqual([gains, loses]);
    }),
    { numRuns: 1_000 },
  );
});

const open = (cidr: string, except?: string[]) => ({ from: [{ ipBlock: { cidr, ...(except ? { except } : {}) } }] });
const ingress = (...rules: NonNullable<NetworkPolicySpec["ingress"]>[number][]) =>
  policy("one", { podSelector: {}, ingress: rules });

test.each([
  ["two halves for a whole", [open("10.0.0.0/8")], [open("10.0.0.0/9"), open("10.128.0.0/9")], false],
  ["a larger block", [open("10.0.0.0/16")], [open("10.0.0.0/8")], true],
  ["an exception that goes", [open("10.0.0.0/8", ["10.1.0.0/16"])], [open("10.0.0.0/8")], true],
  [
    "an exception that is opened elsewhere",
    [open("10.0.0.0/8")],
    [open("10.0.0.0/8", ["10.1.0.0/16"]), open("10.1.0.0/16")],
    false,
  ],
  ["every pod for every address", [open("0.0.0.0/0")], [{ from: [{ podSelector: {} }] }], true],
])("%s", (_, before, after, widens) => {
  expect(judge([ingress(...before)], [ingress(...after)]).gained.length > 0).toBe(widens);
});

test.each([[{ key: "app", operator: "NotIn", values: ["x"] }], [{ key: "open", operator: "DoesNotExist" }]])(
  "a policy that denies everything and passes some pods over opens these: %o",
  (expression) => {
    const deny = (podSelector: object) => policy("deny", { podSelector, policyTypes: ["Ingress"] });
    const [before, after] = [deny({}), deny({ matchExpressions: [expression] })];
    expect(judge([before], [after]).gained).not.toEqual([]);
    expect(judge([before], [after]).lost).toEqual([]);
    expect(judge([after], [before]).lost).not.toEqual([]);
  },
);

test("a named port is covered by its name and by every number, not by a number", () => {
  const at = (...list: NonNullable<NonNullable<NetworkPolicySpec["ingress"]>[number]["ports"]>[number][]) =>
    ingress({ ports: list });
  expect(judge([at({ port: "http" })], [at({ port: "http" })]).gained).toEqual([]);
  expect(judge([at({ protocol: "TCP" })], [at({ port: "http" })]).gained).toEqual([]);
  expect(judge([at({ port: 80 })], [at({ port: "http" })]).gained).not.toEqual([]);
});

test("the message names the connection and the pods", () => {
  const own = { podSelector: { matchLabels: { app: "x" } }, policyTypes: ["Ingress"] };
  const fresh = {
    ...own,
    ingress: [{ from: [{ podSelector: { matchLabels: { app: "y" } } }], ports: [{ port: 80 }] }],
  };
  expect(judge([policy("one", own)], [policy("one", fresh)]).gained).toEqual([
    "from app=y in a on 80/TCP, for pods with app=x",
  ]);
});
