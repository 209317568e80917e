import type { Chart } from "cdk8s";
import type { Environment } from "../config/environment.ts";
import type { Pins } from "../config/pins.ts";
import type { versions } from "../config/versions.ts";
import type { Flow } from "./flow.ts";
import type { SyncOption } from "./sync-option.ts";

/** The pins of this platform, by the names in config/versions.ts and config/images/. */
export type PlatformPins = Pins<keyof typeof versions.charts, keyof typeof versions.images | "server-chat">;

/** A namespace that an app brings with it. Several apps may live in it; exactly one declares it. */
export interface NamespaceDeclaration {
  readonly name: string;
  /** Pod Security Standard; anything weaker than `restricted` says what it is needed for. */
  readonly podSecurity: "restricted" | { readonly level: "baseline" | "privileged"; readonly why: string };
  /**
   * Ceiling of everything in the namespace, roll-out surge and ACME solver included, in canonical quantities.
   * None for a namespace of cluster components, which a quota would stop from starting on a new server.
   */
  readonly quota?: {
    readonly cpuRequests: string;
    readonly memoryRequests: string;
    readonly memoryLimits: string;
    readonly pods: number;
  };
  /** Whether everything is refused that no flow declares. False only where another party writes the policies. */
  readonly isolated: boolean;
}

/** What every app states. One file in charts/ is one app, one Application, one AppProject and one folder in dist/. */
interface AppFacts {
  /** Same as the file's name. */
  readonly name: string;
  /** Namespace of its namespaced objects, and destination of its Application. */
  readonly namespace: string;
  /** One line for people: what it is for. */
  readonly summary: string;
  /** Apps that must be healthy first. Sync waves are compiled from this. */
  readonly dependsOn: readonly string[];
  /** Left out means: in every environment. */
  readonly enabled?: (environment: Environment) => boolean;
  readonly namespaces?: readonly NamespaceDeclaration[];
  readonly flows?: (environment: Environment) => readonly Flow[];
  /** Beyond those that every Application has. */
  readonly syncOptions?: readonly SyncOption[];
  readonly ignoreDifferences?: readonly IgnoredDifference[];
}

/** A field that another controller owns. The Application then also respects it when it applies. */
export interface IgnoredDifference {
  readonly group?: string;
  readonly kind: string;
  readonly name?: string;
  readonly jsonPointers: readonly string[];
  readonly why: string;
}

/** What a chart is given beside its scope. */
export interface AppContext {
  readonly environment: Environment;
  readonly pins: PlatformPins;
  /** What all apps of the environment declare, for the app that turns it into objects. */
  readonly declared: { readonly namespaces: readonly NamespaceDeclaration[]; readonly flows: readonly Flow[] };
}

/** An app whose objects are typed here and rendered to dist/. */
export interface RenderedApp extends AppFacts {
  readonly render: (chart: Chart, context: AppContext) => void;
}

/** Pods that a Helm chart starts, as its values ask for them: the capacity check cannot see them otherwise. */
export interface Workload {
  readonly name: string;
  /** `every-server` is a DaemonSet. */
  readonly replicas: number | "every-server";
  readonly requests: { readonly cpu: string; readonly memory: string };
}

export interface GroupKind {
  /** "" for the core group. */
  readonly group: string;
  readonly kind: string;
}

export interface HelmRelease {
  readonly chart: keyof PlatformPins["charts"];
  readonly releaseName: string;
  readonly values: object;
  readonly workloads: readonly Workload[];
  /**
   * What the chart creates with these values, for the AppProject: the kinds that `helm template` prints at the pinned
   * version, hooks and CRDs included, and the namespaces beside the app's own.
   */
  readonly creates: {
    readonly clusterKinds: readonly GroupKind[];
    readonly namespacedKinds: readonly GroupKind[];
    readonly otherNamespaces?: readonly string[];
  };
}

/** An app whose objects a pinned Helm chart renders inside the cluster. */
export interface HelmApp extends AppFacts {
  readonly helm: (context: AppContext) => HelmRelease;
}

export type AppDefinition = RenderedApp | HelmApp;

export function isHelmApp(app: AppDefinition): app is HelmApp {
  return "helm" in app;
}

/** Declares an app; it exists to have the definition checked against its type where it is written. */
export function defineApp(app: AppDefinition): AppDefinition {
  return app;
}
