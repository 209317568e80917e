import type { Manifest } from "../render/manifest.ts";
import type { RenderedEnvironment } from "../render/rendered.ts";

/** One rendered environment with the indexes that rules look things up in, so that the whole check stays linear. */
export interface Tree extends RenderedEnvironment {
  /** Manifests in dist/, without bootstrap/: what Argo CD keeps. */
  readonly deployed: readonly Manifest[];
  /** Deployed manifests of a kind, whatever its version. */
  readonly ofKind: (kind: string) => readonly Manifest[];
  /** Deployed manifests of a kind in a namespace. */
  readonly inNamespace: (kind: string, namespace: string) => readonly Manifest[];
  /** The deployed object of that kind, namespace and name. */
  readonly find: (kind: string, namespace: string | undefined, name: string) => Manifest | undefined;
}

/** Indexes a rendered environment. */
export function createTree(rendered: RenderedEnvironment): Tree {
  const deployed = rendered.manifests.filter(({ path }) => path.startsWith("dist/"));
  const index = new Map<string, Manifest[]>();
  const add = (key: string, manifest: Manifest) => {
    const list = index.get(key);
    if (list) list.push(manifest);
    else index.set(key, [manifest]);
  };
  for (const manifest of deployed) {
    const { kind, metadata } = manifest.object;
    add(kind, manifest);
    add(`${kind} ${metadata.namespace ?? ""}`, manifest);
    add(`${kind} ${metadata.namespace ?? ""} ${metadata.name}`, manifest);
  }
  return {
    ...rendered,
    deployed,
    ofKind: (kind) => index.get(kind) ?? [],
    inNamespace: (kind, namespace) => index.get(`${kind} ${namespace}`) ?? [],
    find: (kind, namespace, name) => index.get(`${kind} ${namespace ?? ""} ${name}`)?.[0],
  };
}

/** A value worked out at most once per tree, on first use: several rules look at the same pods, volumes or policies. */
export function oncePerTree<Value extends object>(workOut: (tree: Tree) => Value): (tree: Tree) => Value {
  const known = new WeakMap<Tree, Value>();
  return (tree) => {
    const value = known.get(tree) ?? workOut(tree);
    known.set(tree, value);
    return value;
  };
}
