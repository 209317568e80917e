import { environmentSchema, paths, ports, secrets } from "server-chat/contract";
import { mountOf } from "../mounts.ts";
import { containersOfImage } from "../pinned-images.ts";
import type { ContainerSite } from "../pods.ts";
import { defineRule, type Violation } from "../rule.ts";
import type { Tree } from "../tree.ts";
import { variablesOf } from "../variables.ts";

export default defineRule({
  id: "chat-contract",
  severity: "error",
  why: "The server refuses to start, or listens where nobody asks: server-chat/src/contract.ts is what it promises.",
  fix: "Take ports, paths, variables and Secrets from the contract.",
  check: function* (tree) {
    for (const site of containersOfImage(tree, "server-chat")) {
      yield* variables(tree, site);
      yield* portsAndProbes(site);
      yield* mountedSecrets(site);
    }
  },
});

function* variables(tree: Tree, site: ContainerSite): Generator<Violation> {
  const { field, pod } = site;
  const stated = variablesOf(tree, site);
  const result = environmentSchema.safeParse(stated);
  for (const { path, message } of result.error?.issues ?? []) {
    yield { manifest: pod.manifest, field: `${field}.env`, found: `the variable ${path.join(".")}: ${message}` };
  }
  for (const [name, path] of Object.entries(stated)) {
    if (!name.endsWith("_FILE") || mountOf(site, path) !== undefined) continue;
    yield { manifest: pod.manifest, field: `${field}.env`, found: `the variable ${name}: ${path} is in no mount` };
  }
}

function* portsAndProbes({ container, field, pod }: ContainerSite): Generator<Violation> {
  const { manifest } = pod;
  for (const [name, number] of Object.entries(ports)) {
    const port = container.ports?.find((one) => one.name === name)?.containerPort;
    if (port !== number) {
      yield { manifest, field: `${field}.ports`, found: `the port ${name}: ${port ?? "none"} instead of ${number}` };
    }
  }
  const wanted = { readinessProbe: paths.readyz, livenessProbe: paths.healthz } as const;
  for (const name of ["readinessProbe", "livenessProbe"] as const) {
    const { path, port } = container[name]?.httpGet ?? {};
    if (path === wanted[name] && (port === "admin" || port === ports.admin)) continue;
    yield { manifest, field: `${field}.${name}`, found: `a ${name} of ${path ?? "no path"} on port ${port ?? "none"}` };
  }
}

function* mountedSecrets({ pod }: ContainerSite): Generator<Violation> {
  const mounted = new Set(
    (pod.spec.volumes ?? []).map(({ secret }) => (secret as { readonly secretName?: string } | undefined)?.secretName),
  );
  for (const { name } of Object.values(secrets)) {
    if (!mounted.has(name)) {
      yield { manifest: pod.manifest, field: `${pod.specField}.volumes`, found: `no volume of the Secret ${name}` };
    }
  }
}
