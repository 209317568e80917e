import { fieldsOf } from "./kinds.ts";
import { oncePerTree } from "./tree.ts";

/**
 * Label and port of the pods that answer HTTP-01 challenges, in the namespace of the Ingress (cert-manager v1.21.1
 * pkg/issuer/acme/http).
 */
export const solverLabel = "acme.cert-manager.io/http01-solver";
export const solverPort = 8089;

/** Host names for which cert-manager asks a certificate, by the namespace in which a solver answers. */
export const challengedHosts = oncePerTree((tree): ReadonlyMap<string, ReadonlySet<string>> => {
  const byNamespace = new Map<string, Set<string>>();
  for (const manifest of tree.ofKind("Ingress")) {
    const { namespace = "", annotations = {} } = manifest.object.metadata;
    if (
      annotations["cert-manager.io/cluster-issuer"] === undefined &&
      annotations["cert-manager.io/issuer"] === undefined
    )
      continue;
    const hosts = byNamespace.get(namespace) ?? new Set<string>();
    byNamespace.set(namespace, hosts);
    for (const one of fieldsOf(manifest, "Ingress").spec?.tls ?? [])
      for (const host of one.hosts ?? []) hosts.add(host);
  }
  return byNamespace;
});
