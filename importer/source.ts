/** The files of one release, as read: a folder of CRD manifests, or what an API server says about itself. */
export interface SchemaSource {
  /** Name of the project, and of the file in schemas/. */
  readonly name: string;
  readonly version: string;
  /** How the lock names the place: the URL, or the folder's base name. */
  readonly label: string;
  readonly format: "crds" | "openapi";
  readonly files: readonly { readonly name: string; readonly text: string }[];
}
