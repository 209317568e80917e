import type { Environment } from "../config/environment.ts";
import type { AppDefinition, HelmRelease, NamespaceDeclaration, PlatformPins } from "../constructs/app.ts";
import type { Flow } from "../constructs/flow.ts";
import type { Manifest } from "./manifest.ts";

/** An app after rendering: its manifests, or its Helm release. */
export interface Planned {
  readonly app: AppDefinition;
  readonly source: string;
  readonly wave: number;
  readonly environment: Environment;
  readonly manifests: readonly Manifest[];
  readonly release: HelmRelease | undefined;
}

/** One environment, rendered: what checks and reports work on. */
export interface RenderedEnvironment {
  readonly environment: Environment;
  readonly pins: PlatformPins;
  readonly apps: readonly Planned[];
  readonly namespaces: readonly NamespaceDeclaration[];
  readonly flows: readonly Flow[];
  /** Everything that is written for this environment. */
  readonly manifests: readonly Manifest[];
}
