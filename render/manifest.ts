/** A Kubernetes object as it will be written: plain values only. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** The value that everything behind the rendering works on: one object, where it came from and where it goes. */
export interface Manifest {
  /** App that rendered it; `applications` and `bootstrap` for what is compiled from all apps. */
  readonly app: string;
  /** Source file of that app, relative to the checkout. */
  readonly source: string;
  /** Construct path, such as `redis/statefulset`. */
  readonly constructPath: string;
  /** File it is written to, relative to the checkout, with forward slashes. */
  readonly path: string;
  readonly object: KubernetesObject;
}

/** "apps/v1 Deployment chat-app/chat-server": how messages name an object. */
export function describeObject(object: KubernetesObject): string {
  const { name, namespace } = object.metadata;
  return `${object.apiVersion} ${object.kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}

/** API group of an apiVersion: "" for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash === -1 ? "" : apiVersion.slice(0, slash);
}
