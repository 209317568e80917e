/** The part of JSON schema that Kubernetes uses, and the vendor keywords that say something about structure. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly not?: JsonSchema;
  readonly format?: string;
  readonly pattern?: string;
  readonly [keyword: string]: unknown;
}

/** One kind of a schema file: where its root definition is, and whether its objects have a namespace. */
export interface SchemaKind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly scope: "Namespaced" | "Cluster";
  readonly definition: string;
}

/** One file of schemas/. A `$ref` into another file is written `<file>#/definitions/<name>`. */
export interface SchemaFile {
  readonly kinds: readonly SchemaKind[];
  readonly definitions: Readonly<Record<string, JsonSchema>>;
}

export type SchemaFiles = Readonly<Record<string, SchemaFile>>;

/** The file that holds the core kinds; CRD schemas refer to its ObjectMeta. */
export const coreFile = "kubernetes.json";
