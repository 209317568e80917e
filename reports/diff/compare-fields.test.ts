import fc from "fast-check";
import { expect, test } from "vitest";
import type { KubernetesObject } from "../../render/manifest.ts";
import { compareFields } from "./compare-fields.ts";
import { type FieldChange, type ItemStep, type Step, showPath } from "./field-change.ts";

const podSpec = fc.record(
  {
    containers: fc.uniqueArray(
      fc.record(
        {
          name: fc.constantFrom("a", "b", "c", "d"),
          image: fc.constantFrom("one", "two"),
          args: fc.array(fc.constantFrom("x", "y", "z"), { maxLength: 4 }),
          env: fc.array(fc.record({ name: fc.constantFrom("A", "B", "C"), value: fc.constantFrom("1", "2") }), {
            maxLength: 4,
          }),
          ports: fc.array(
            fc.record({ containerPort: fc.constantFrom(80, 443), protocol: fc.constantFrom("TCP", "UDP") }),
          ),
        },
        { requiredKeys: ["name"] },
      ),
      { selector: ({ name }) => name, maxLength: 4 },
    ),
    tolerations: fc.array(fc.record({ key: fc.constantFrom("k", "l") }), { maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const anything = fc.jsonValue({ maxDepth: 4 });
const object = fc.record(
  {
    rules: fc.array(
      fc.record({
        apiGroups: fc.subarray(["", "apps"], { minLength: 1 }),
        resources: fc.subarray(["pods", "services"], { minLength: 1 }),
        verbs: fc.subarray(["get", "list", "watch"]),
      }),
      { maxLength: 4 },
    ),
    spec: fc.record(
      { template: fc.record({ spec: podSpec }), replicas: fc.nat(3), values: anything },
      { requiredKeys: [] },
    ),
    data: fc.dictionary(fc.constantFrom("a", "b.c"), fc.string()),
    values: anything,
  },
  { requiredKeys: [] },
);
const kind = fc.constantFrom("apps/v1 Deployment", "rbac.authorization.k8s.io/v1 Role", "example.org/v1 Thing");

function identified(type: string, fields: object): KubernetesObject {
  const [apiVersion = "", name = ""] = type.split(" ");
  return { ...fields, apiVersion, kind: name, metadata: { name: "one" } };
}

/** What a report says, carried out: the way back from the words to the object. */
function apply(value: unknown, changes: readonly FieldChange[]): unknown {
  const whole = changes.find(({ path, kind: how }) => path.length === 0 && how === "value");
  if (whole) return whole.after;
  const order = changes.find(({ path }) => path.length === 0);
  const inner = changes.filter(({ path }) => path.length > 0);
  const rest = (change: FieldChange) => ({ ...change, path: change.path.slice(1) });
  if (Array.isArray(value)) {
    const step = ({ path }: FieldChange) => path[0] as ItemStep;
    const stayed = value.flatMap((item, from) => {
      const own = inner.filter((change) => step(change).from === from);
      const isGone = own.some((change) => step(change).to === undefined);
      return isGone ? [] : [{ from, item: apply(item, own.map(rest)) }];
    });
    const added = inner.filter((change) => step(change).from === undefined);
    if (order) {
      const [was, is] = [order.before as string[], order.after as string[]];
      return is.map((key) => {
        const fresh = added.find((change) => step(change).item === key);
        return fresh ? fresh.after : stayed.find(({ from }) => was[from] === key)?.item;
      });
    }
    const result: unknown[] = stayed.map(({ item }) => item);
    for (const change of added.toSorted((a, b) => (step(a).to ?? 0) - (step(b).to ?? 0))) {
      result.splice(step(change).to ?? 0, 0, change.after);
    }
    return result;
  }
  if (inner.length === 0) return value;
  // Entries, because a field may be called __proto__, and an assignment to that is none.
  const result = new Map(Object.entries(value as Record<string, unknown>));
  for (const key of new Set(inner.map(({ path }) => path[0] as string))) {
    const own = inner.filter(({ path }) => path[0] === key).map(rest);
    const [first] = own;
    if (first?.path.length === 0 && first.kind === "value" && first.after === undefined) result.delete(key);
    else result.set(key, apply(result.get(key), own));
  }
  return Object.fromEntries(result);
}

test("an object does not differ from itself", () => {
  fc.assert(
    fc.property(kind, object, (type, fields) => {
      expect(compareFields(identified(type, fields), identified(type, structuredClone(fields)))).toEqual([]);
    }),
  );
});

// A field that a report leaves out is a change that nobody has seen.
test("what is reported is the whole difference: carried out, it makes the one object of the other", () => {
  fc.assert(
    fc.property(kind, object, object, (type, left, right) => {
      const [before, after] = [identified(type, left), identified(type, right)];
      expect(apply(before, compareFields(before, after))).toEqual(after);
    }),
    { numRuns: 500 },
  );
});

test("a set in another order differs in nothing but an order that does not matter", () => {
  const rules = fc.array(
    fc.record({
      apiGroups: fc.constant([""]),
      resources: fc.constantFrom(["pods"], ["services"]),
      verbs: fc.constant(["get"]),
    }),
    { minLength: 1, maxLength: 4 },
  );
  const shuffled = rules.chain((list) =>
    fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
  );
  fc.assert(
    fc.property(shuffled, ([left, right]) => {
      const type = "rbac.authorization.k8s.io/v1 ClusterRole";
      const changes = compareFields(identified(type, { rules: left }), identified(type, { rules: right }));
      expect(changes.every(({ kind: how, idle }) => how === "order" && idle !== undefined)).toBe(true);
    }),
  );
});

const deployment = (container: object, spec: object = {}) =>
  identified("apps/v1 Deployment", {
    spec: { ...spec, template: { spec: { containers: [{ name: "a", ...container }] } } },
  });
const paths = (changes: readonly FieldChange[]) => changes.map(({ path }) => showPath(path));

test("a changed item is found by its key, wherever it stands", () => {
  const env = (...names: string[]) => names.map((name) => ({ name, value: name.toLowerCase() }));
  const changes = compareFields(
    deployment({ env: env("A", "B") }),
    deployment({ env: [{ name: "C", value: "c" }, ...env("A"), { name: "B", value: "new" }] }),
  );
  expect(paths(changes)).toEqual([
    "spec.template.spec.containers[a].env[B].value",
    "spec.template.spec.containers[a].env[C]",
  ]);
});

// Kubernetes compares templates item by item, so another order is a roll-out.
test("in a pod template every order counts", () => {
  const ports = [{ containerPort: 80 }, { containerPort: 443 }];
  const [change, ...others] = compareFields(deployment({ ports }), deployment({ ports: ports.toReversed() }));
  expect(others).toEqual([]);
  expect(change).toMatchObject({ kind: "order", idle: undefined });
});

test.each([
  ["1024Mi", "1Gi", "the same amount"],
  ["1", "1000m", "the same amount"],
  ["1Gi", "1G", undefined],
])("a limit of %s that becomes %s: %s", (before, after, idle) => {
  const limits = (memory: string) => deployment({ resources: { limits: { memory } } });
  expect(compareFields(limits(before), limits(after)).map((change) => change.idle)).toEqual([idle]);
});

// Seen on Kubernetes 1.36: a StatefulSet and a DaemonSet get another revision and replace their pods, a Deployment does not.
test.each([
  ["apps/v1 StatefulSet", "384Mi", "402653184", undefined],
  ["apps/v1 DaemonSet", "1k", "1e3", undefined],
  ["apps/v1 StatefulSet", "1024Mi", "1Gi", "the same amount"],
  ["apps/v1 Deployment", "384Mi", "402653184", "the same amount"],
])("in a template of %s, %s that becomes %s: %s", (type, before, after, idle) => {
  const limits = (memory: string) =>
    identified(type, {
      spec: { template: { spec: { containers: [{ name: "a", resources: { limits: { memory } } }] } } },
    });
  expect(compareFields(limits(before), limits(after)).map((change) => change.idle)).toEqual([idle]);
});

test("a default is idle in its own place only", () => {
  const stated = compareFields(
    deployment({ ports: [{ containerPort: 80 }] }),
    deployment({ ports: [{ containerPort: 80, protocol: "TCP" }] }),
  );
  expect(stated.map(({ idle }) => idle)).toEqual(["the default, written out"]);
  const data = (values: object) => identified("v1 ConfigMap", { data: values });
  expect(compareFields(data({}), data({ dnsPolicy: "ClusterFirst" })).map(({ idle }) => idle)).toEqual([undefined]);
});

test("a path is written as findings write it", () => {
  const path: Step[] = ["metadata", "annotations", "a.example/b", { item: "c" }];
  expect(showPath(path)).toBe('metadata.annotations["a.example/b"][c]');
});
