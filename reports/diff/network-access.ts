import type { NetworkPolicySpec } from "../../checks/kinds.ts";
import { selects, showLabels } from "../../checks/labels.ts";
import { type Direction, governs } from "../../checks/network.ts";
import type { StringMap } from "../../checks/pod-spec.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { everything, isCovered, type Opening, openingsOf, showOpening } from "./network-openings.ts";
import { at } from "./object-field.ts";
import { type ObjectChange, subject } from "./platform-change.ts";
import { leastLabels, withForbidden } from "./selectors.ts";
import type { Side, Surroundings } from "./surroundings.ts";

/** Connections that the policies of a namespace allow now and did not, and the other way round. */
export interface AccessChange {
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

interface Policy {
  readonly spec: NetworkPolicySpec;
  readonly namespace: string;
}

/**
 * What a change of a NetworkPolicy does to what all policies of its namespace allow together, whichever of them says
 * so: a rule that moves from one to another changes nothing, and the last policy that goes opens everything.
 *
 * Pods are judged by the labels that the policies ask for. Allowances add up, so pods that one policy of `after` selects
 * and no more of `before` than must be are those that gain first: the least labels of the policy, alone and together
 * with those of each policy of before, and with what any of them forbids.
 */
export function changedAccess(change: ObjectChange, { before, after }: Surroundings): AccessChange {
  const object = subject(change);
  if (object.kind !== "NetworkPolicy") return { gained: [], lost: [] };
  const { environment } = change;
  const namespace = object.metadata.namespace ?? "";
  const isOn = (side: Side) => side.find(environment, "Namespace", undefined, namespace) !== undefined;
  const [was, is] = [policiesOf(before, environment, namespace), policiesOf(after, environment, namespace)];
  const [old, fresh] = [change.before && policyOf(change.before), change.after && policyOf(change.after)];
  return {
    // The pods of a namespace that goes are gone, and those of a new one had nothing to lose.
    gained: isOn(before) && !isOn(after) ? [] : gains(was, is, old, fresh),
    lost: isOn(after) && !isOn(before) ? [] : gains(is, was, fresh, old),
  };
}

/** What `to` allows and `from` does not, as far as one policy that differs between them is the reason. */
function gains(from: readonly Policy[], to: readonly Policy[], old: Policy | undefined, fresh: Policy | undefined) {
  const gained = new Map<string, string>();
  for (const labels of witnesses(from, to, old, fresh)) {
    for (const direction of ["ingress", "egress"] as const) {
      const known = allowed(from, labels, direction) ?? everything();
      const now = allowed(to, labels, direction);
      // Without any policy of this direction everything is allowed; else only what this policy opens is its doing.
      const opened =
        now === undefined ? everything() : fresh && governsPods(fresh, labels, direction) ? open(fresh, direction) : [];
      for (const opening of opened.filter((one) => !isCovered(one, known))) {
        const text = showOpening(opening, direction);
        if (!gained.has(text)) gained.set(text, `${text}, for pods with ${showLabels(labels)}`);
      }
    }
  }
  return [...gained.values()];
}

function witnesses(
  from: readonly Policy[],
  to: readonly Policy[],
  old: Policy | undefined,
  fresh: Policy | undefined,
): StringMap[] {
  const selectorOf = ({ spec }: Policy) => spec.podSelector ?? {};
  const least = (policy: Policy) => leastLabels(selectorOf(policy));
  const own = fresh ? least(fresh) : [];
  const others = from.flatMap(least);
  const together = own.flatMap((labels) =>
    others.filter((other) => agree(labels, other)).map((other) => ({ ...other, ...labels })),
  );
  const selectors = [...from, ...to].map(selectorOf);
  return [...own, ...(old ? least(old) : []), ...together].flatMap((labels) => withForbidden(labels, selectors));
}

function agree(one: StringMap, other: StringMap): boolean {
  return Object.entries(one).every(([key, value]) => other[key] === undefined || other[key] === value);
}

/** What policies allow pods together; undefined where none of them restricts the direction. */
function allowed(policies: readonly Policy[], labels: StringMap, direction: Direction): readonly Opening[] | undefined {
  const governing = policies.filter((policy) => governsPods(policy, labels, direction));
  return governing.length === 0 ? undefined : governing.flatMap((policy) => open(policy, direction));
}

function governsPods({ spec }: Policy, labels: StringMap, direction: Direction): boolean {
  return governs(spec, direction) && selects(spec.podSelector ?? {}, labels);
}

function open({ spec, namespace }: Policy, direction: Direction): Opening[] {
  return openingsOf(spec, namespace, direction);
}

function policiesOf(side: Side, environment: string, namespace: string): Policy[] {
  return side
    .ofKind(environment, "NetworkPolicy")
    .filter(({ object }) => object.metadata.namespace === namespace)
    .map(({ object }) => policyOf(object));
}

function policyOf(object: KubernetesObject): Policy {
  return { spec: (at(object, "spec") ?? {}) as NetworkPolicySpec, namespace: object.metadata.namespace ?? "" };
}
