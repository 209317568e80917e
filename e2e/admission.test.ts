import { describe, expect, test } from "vitest";
import { type CommittedManifest, readBootstrap, readManifests } from "./harness/manifests.ts";
import { connectPlatform } from "./harness/platform.ts";
import { environmentName } from "./harness/rendering.ts";

const { kube, root } = connectPlatform();
const manifests = readManifests(root, environmentName);

interface PodTemplate {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: { readonly containers?: object; readonly volumes?: readonly object[] };
}

interface Workload {
  readonly template?: PodTemplate;
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string } }[];
}

const templates = manifests.flatMap(({ path, object }) => {
  const { template, volumeClaimTemplates = [] } = (object.spec ?? {}) as Workload;
  if (!template?.spec.containers) return [];
  // What the StatefulSet controller adds to the template of each pod.
  const claims = volumeClaimTemplates.map(({ metadata: { name } }) => ({
    name,
    persistentVolumeClaim: { claimName: `${name}-${object.metadata.name}-0` },
  }));
  const { namespace } = object.metadata;
  const spec = { ...template.spec, volumes: [...(template.spec.volumes ?? []), ...claims] };
  return [{ path, namespace, labels: template.metadata?.labels, spec }];
});

// The API server drops an unknown field and goes on; strict validation and its warnings say so.
test.each([...manifests, ...readBootstrap(root, environmentName)].map(({ path, object }) => [path, object] as const))(
  "the API server takes %s without a warning",
  async (_path, object) => {
    const { warnings } = await kube.apply(object, { dryRun: true });
    expect(warnings).toEqual([]);
  },
);

test("an unknown field would be refused", async () => {
  const [{ object }] = manifests.filter(({ object: { kind } }) => kind === "Service") as [CommittedManifest];
  const misspelt = { ...object, spec: { ...(object.spec as object), selektor: {} } };
  await expect(kube.apply(misspelt, { dryRun: true })).rejects.toThrow("selektor");
});

describe.each(templates)("pods of $path", ({ namespace, labels, spec }) => {
  const pod = (change: object) => ({
    apiVersion: "v1",
    kind: "Pod",
    metadata: { labels, generateName: "e2e-", namespace },
    spec: { ...spec, ...change },
  });

  test("are admitted by Pod Security, quota and limits, without a warning", async () => {
    const { warnings } = await kube.create(pod({}), { dryRun: true });
    expect(warnings).toEqual([]);
  });

  test("would be refused on the host's network: the namespace enforces Pod Security", async () => {
    await expect(kube.create(pod({ hostNetwork: true }), { dryRun: true })).rejects.toThrow("PodSecurity");
  });
});
