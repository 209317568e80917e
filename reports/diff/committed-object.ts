import { type Document, parseAllDocuments } from "yaml";
import { UserError } from "../../config/user-error.ts";
import type { KubernetesObject } from "../../render/manifest.ts";

/** A rendered file on both sides of a comparison: its text, or undefined where it is not there. */
export interface CommittedFile {
  /** Relative to the checkout, with forward slashes. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** An object as it is committed. */
export interface CommittedObject {
  readonly environment: string;
  /** Folder of dist/: an app, or `applications`; or `bootstrap`. */
  readonly app: string;
  readonly path: string;
  readonly object: KubernetesObject;
}

/** Objects of bootstrap/ are applied by hand: no Argo CD follows them, and none is ever pruned. */
export const bootstrapApp = "bootstrap";

/** Environment and app of a rendered file. Undefined for a path that nothing is rendered to. */
export function placeOf(path: string): { readonly environment: string; readonly app: string } | undefined {
  const [folder, environment, ...rest] = path.split("/");
  if (environment === undefined || !path.endsWith(".yaml")) return undefined;
  if (folder === "bootstrap" && rest.length === 1) return { environment, app: bootstrapApp };
  const [app] = rest;
  return folder === "dist" && app !== undefined && rest.length === 2 ? { environment, app } : undefined;
}

/** Reads the objects of one file. Throws a UserError when it is no YAML, or holds something that is no object. */
export function parseObjects(path: string, text: string, side: string): CommittedObject[] {
  const place = placeOf(path);
  if (!place) return [];
  return parseAllDocuments(text).flatMap((document) => {
    const value = plainValue(document, (reason) => refused(path, side, reason));
    if (value === null) return [];
    if (!isObject(value)) throw refused(path, side, "it has no apiVersion, kind and metadata.name");
    return [{ ...place, path, object: value }];
  });
}

function plainValue(document: Document.Parsed, refuse: (reason: string) => UserError): unknown {
  const [fault] = document.errors;
  if (fault) throw refuse(fault.message.split("\n")[0] ?? "");
  try {
    return document.toJS();
  } catch (error) {
    // Aliases that unfold without end.
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

function isObject(value: unknown): value is KubernetesObject {
  const { apiVersion, kind, metadata } = Object(value) as Partial<Record<string, unknown>>;
  const { name, namespace = "" } = Object(metadata) as Partial<Record<string, unknown>>;
  return [apiVersion, kind, name, namespace].every((text) => typeof text === "string");
}

function refused(path: string, side: string, reason: string): UserError {
  return new UserError(`${path} (${side}) cannot be read: ${reason}.`, {
    remedy: "Rendered files are written by `npm run synth`; run it, or choose another commit to compare with.",
  });
}
