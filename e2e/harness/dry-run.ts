import { isDeepStrictEqual } from "node:util";
import { parseQuantity } from "../../checks/quantity.ts";
import type { KubernetesObject } from "../../render/manifest.ts";
import { objectsOf, type Sample } from "../../test/diff-samples/sample.ts";
import { type Kube, Refusal, type StoredObject } from "./kube.ts";

/** What the API server makes of one changed object. */
export interface ServerVerdict {
  readonly path: string;
  /** Why it refuses the object; undefined when it does not. */
  readonly refusal: string | undefined;
  /** Whether the pods of a workload get another template, for which its controller replaces them. */
  readonly restarts: boolean;
  /** Whether anything but its own book-keeping would be stored differently. */
  readonly changes: boolean;
}

/** As Argo CD applies: what it left out is its own to remove. */
const manager = "argocd-controller";

const workloads = new Set(["DaemonSet", "Deployment", "StatefulSet"]);

/** An object that a sample changes, and that is there on both sides: about a new one or one that goes nobody is asked. */
interface ChangedObject {
  readonly path: string;
  readonly before: KubernetesObject;
  readonly after: KubernetesObject;
}

/** The objects of a sample that `judgeByDryRun` asks the API server about. */
export function changedObjects(sample: Sample): ChangedObject[] {
  return objectsOf(sample).flatMap(({ path, before, after }) =>
    before && after && !isDeepStrictEqual(before, after) ? [{ path, before, after }] : [],
  );
}

/**
 * Brings each changed object of a sample into its state of before and asks, with a server-side dry run, what the change
 * would do. What the platform does not have is removed again.
 */
export async function judgeByDryRun(kube: Kube, sample: Sample): Promise<ServerVerdict[]> {
  const verdicts: ServerVerdict[] = [];
  for (const { path, before, after } of changedObjects(sample)) {
    const { namespace } = before.metadata;
    if (namespace !== undefined) await ensureNamespace(kube, namespace);
    await kube.apply(before, { manager });
    verdicts.push({ path, ...(await ask(kube, after)) });
  }
  for (const { object } of sample.given ?? []) {
    const { apiVersion, kind, metadata } = object;
    const reference = { apiVersion, kind, ...metadata };
    if (await kube.get(reference)) await kube.remove(reference);
  }
  return verdicts;
}

async function ensureNamespace(kube: Kube, name: string): Promise<void> {
  const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name } };
  if (!(await kube.get({ ...namespace, name }))) await kube.create(namespace);
}

async function ask(kube: Kube, object: KubernetesObject): Promise<Omit<ServerVerdict, "path">> {
  const { apiVersion, kind, metadata } = object;
  const stored = await kube.get<Stored>({ apiVersion, kind, ...metadata });
  try {
    const answer = (await kube.apply(object, { manager, dryRun: true })).object as Stored;
    const restarts = workloads.has(kind) && !isSameTemplate(kind, answer.spec?.template, stored?.spec?.template);
    return { refusal: undefined, restarts, changes: !isDeepStrictEqual(content(answer), content(stored)) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { refusal: error.message, restarts: false, changes: false };
  }
}

interface Stored extends StoredObject {
  readonly spec?: { readonly template?: object };
}

/** A Deployment looks for a ReplicaSet with equal values (EqualIgnoreHash); the others compare the texts of revisions. */
function isSameTemplate(kind: string, left: unknown, right: unknown): boolean {
  return kind === "Deployment"
    ? isDeepStrictEqual(withAmounts(left), withAmounts(right))
    : isDeepStrictEqual(left, right);
}

/** A template with its amounts as numbers: 256Mi and 268435456 are one. */
function withAmounts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withAmounts);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      if (key === "sizeLimit") return [key, amountOf(inner)];
      const isAmounts = (key === "limits" || key === "requests") && typeof inner === "object" && inner !== null;
      if (!isAmounts) return [key, withAmounts(inner)];
      return [key, Object.fromEntries(Object.entries(inner).map(([name, amount]) => [name, amountOf(amount)]))];
    }),
  );
}

function amountOf(value: unknown): unknown {
  return typeof value === "string" || typeof value === "number" ? (parseQuantity(value) ?? value) : value;
}

/** Without what the API server and the controllers keep for themselves. */
function content(object: Stored | undefined): object {
  const { metadata, status: _, ...rest } = (object ?? {}) as Stored & { readonly status?: object };
  const { labels, annotations } = metadata ?? {};
  return { ...rest, labels, annotations };
}
