import type { PlatformPins } from "../../constructs/app.ts";
import { argocdNamespace } from "../../constructs/argocd-configuration.ts";
import { groupOf, type Manifest } from "../../render/manifest.ts";
import { appNamed, releases } from "../apps.ts";
import { annotationField } from "../field.ts";
import { fieldsOf } from "../kinds.ts";
import { defineRule } from "../rule.ts";
import { oncePerTree, type Tree } from "../tree.ts";
import { claims } from "../volumes.ts";

/** API groups that the charts of definitions bring, at the versions of config/versions.ts. */
const groupsOfChart: Readonly<Partial<Record<keyof PlatformPins["charts"], readonly string[]>>> = {
  calicoCrds: ["crd.projectcalico.org", "operator.tigera.io"],
  certManager: ["acme.cert-manager.io", "cert-manager.io"],
  traefikCrds: ["traefik.io"],
};

const issuerAnnotation = "cert-manager.io/cluster-issuer";

/** Something that an app uses, and the app that brings it. */
interface Use {
  readonly manifest: Manifest | undefined;
  readonly field: string;
  readonly app: string;
  readonly what: string;
  readonly provider: string | undefined;
}

export default defineRule({
  id: "dependency-undeclared",
  severity: "error",
  why: "Argo CD may start the app before what it uses is there: its sync fails or its pods wait, and on an empty cluster no later wave starts.",
  fix: "Name the other app in dependsOn.",
  check: function* (tree) {
    for (const { manifest, field, app, what, provider } of usesOf(tree)) {
      if (manifest === undefined || provider === undefined || provider === app) continue;
      const [own, earlier] = [appNamed(tree, app)?.wave, appNamed(tree, provider)?.wave];
      if (own === undefined || earlier === undefined || own > earlier) continue;
      yield {
        manifest,
        field,
        found: `${what} of the app ${provider} in wave ${earlier}, used by ${app} in wave ${own}`,
      };
    }
  },
});

function* usesOf(tree: Tree): Generator<Use> {
  const use = (manifest: Manifest, field: string, kind: string, name: string): Use => ({
    manifest,
    field,
    app: manifest.app,
    what: `the ${kind} ${name}`,
    provider: tree.find(kind, undefined, name)?.app,
  });
  for (const { manifest, spec, field } of claims(tree)) {
    if (spec.storageClassName !== undefined) {
      yield use(manifest, `${field}.storageClassName`, "StorageClass", spec.storageClassName);
    }
  }
  for (const manifest of tree.ofKind("Ingress")) {
    const { ingressClassName } = fieldsOf(manifest, "Ingress").spec ?? {};
    if (ingressClassName !== undefined) {
      yield use(manifest, "spec.ingressClassName", "IngressClass", ingressClassName);
    }
    const issuer = manifest.object.metadata.annotations?.[issuerAnnotation];
    if (issuer !== undefined) yield use(manifest, annotationField(issuerAnnotation), "ClusterIssuer", issuer);
  }
  for (const manifest of tree.deployed) {
    const { apiVersion, kind } = manifest.object;
    const provider = providerByGroup(tree).get(groupOf(apiVersion));
    yield { manifest, field: "apiVersion", app: manifest.app, what: `the kind ${kind}`, provider };
  }
  for (const { app, release } of releases(tree)) {
    const manifest = tree.find("Application", argocdNamespace, app.name);
    for (const { group, kind } of [...release.creates.clusterKinds, ...release.creates.namespacedKinds]) {
      const provider = providerByGroup(tree).get(group);
      yield { manifest, field: "spec.source", app: app.name, what: `the kind ${kind}`, provider };
    }
  }
}

const providerByGroup = oncePerTree((tree): ReadonlyMap<string, string> => {
  const charts = releases(tree).flatMap(({ app, release }) =>
    (groupsOfChart[release.chart] ?? []).map((group) => [group, app.name] as const),
  );
  const definitions = tree.ofKind("CustomResourceDefinition").map(({ app, object }) => {
    const { group = "" } = (object.spec ?? {}) as { readonly group?: string };
    return [group, app] as const;
  });
  return new Map([...charts, ...definitions]);
});
