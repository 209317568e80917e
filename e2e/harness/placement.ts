import type { Kube, StoredObject } from "./kube.ts";

interface Pod extends StoredObject {
  readonly spec: { readonly nodeName?: string };
}

/** The server of each pod of an app, those that are ending left out. */
export async function serversOf(kube: Kube, namespace: string, app: string): Promise<(string | undefined)[]> {
  const pods = await kube.list<Pod>({ apiVersion: "v1", kind: "Pod", namespace }, `app.kubernetes.io/name=${app}`);
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map(({ spec }) => spec.nodeName);
}
