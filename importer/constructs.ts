import { TypeGenerator } from "json2jsii";
import { generatedHeader } from "./generated-header.ts";
import { coreFile, type JsonSchema, type SchemaFile, type SchemaKind } from "./json-schema.ts";
import { fieldFunctions, toStrippable } from "./strippable.ts";

type TypeSchema = Parameters<TypeGenerator["addDefinition"]>[1];

/**
 * The TypeScript module with one class for each of the kinds, and the types of their props. Names are those of
 * `cdk8s import`: KubeDeployment for a core kind, Application for a custom resource.
 */
export function renderConstructs(file: SchemaFile, kinds: readonly SchemaKind[], origin: "core" | "crd"): string {
  const generator = new TypeGenerator({ renderTypeName: (definition) => definition });
  for (const [name, schema] of Object.entries(file.definitions)) generator.addDefinition(name, schemaForTypes(schema));
  generator.addDefinition("IntOrString", union("number", "string"));
  if (origin === "crd") generator.emitCustomType("ApiObjectMetadata", () => {});
  const classes: string[] = [];
  for (const kind of kinds) {
    const schema = propsSchema(file.definitions[kind.definition] ?? {});
    const className = TypeGenerator.normalizeTypeName(`${origin === "core" ? "Kube" : ""}${kind.kind}`);
    // json2jsii writes a field once under each of these names: a type that is also embedded (a claim in a StatefulSet)
    // would lose the fields that the props of its class have.
    const fieldOwner = isEmbedded(file, kind) ? className : kind.definition;
    generator.emitType(`${className}Props`, schemaForTypes(schema), fieldOwner);
    classes.push(renderClass(className, kind, (schema.required ?? []).length > 0));
  }
  const types = toStrippable(generator.render());
  return `${[generatedHeader, imports(origin), types, ...classes, ...fieldFunctions(types)].join("\n\n")}\n`;
}

function imports(origin: "core" | "crd"): string {
  const metadata = origin === "crd" ? "ApiObjectMetadata, " : "";
  return [
    `import type { ${metadata}GroupVersionKind } from "cdk8s";`,
    'import { ApiObject } from "cdk8s";',
    'import type { Construct } from "constructs";',
  ].join("\n");
}

function isEmbedded({ definitions }: SchemaFile, { definition }: SchemaKind): boolean {
  return JSON.stringify(definitions).includes(`"#/definitions/${definition}"`);
}

/** The fields that a class sets itself are no props. */
function propsSchema(schema: JsonSchema): JsonSchema {
  const isProp = (name: string): boolean => name !== "apiVersion" && name !== "kind";
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => isProp(name)));
  return { ...schema, properties, required: (schema.required ?? []).filter(isProp) };
}

/** json2jsii knows unions as `oneOf` of types, and references within one document. */
function schemaForTypes(schema: JsonSchema): TypeSchema {
  const text = JSON.stringify(schema, (_, value: unknown) => {
    if (value === null || typeof value !== "object") return value;
    const node = value as JsonSchema;
    if (node["x-kubernetes-int-or-string"] === true) return { $ref: "#/definitions/IntOrString" };
    if (Array.isArray(node.type)) return union(...(node.type as string[]));
    if (typeof node.$ref === "string" && node.$ref.startsWith(coreFile))
      return { $ref: "#/definitions/ApiObjectMetadata" };
    return node;
  });
  return JSON.parse(text) as TypeSchema;
}

function union(...types: readonly string[]): TypeSchema {
  return { oneOf: types.map((type) => ({ type })) } as TypeSchema;
}

function renderClass(className: string, { apiVersion, kind }: SchemaKind, hasRequiredProps: boolean): string {
  return `export class ${className} extends ApiObject {
  static readonly GVK: GroupVersionKind = { apiVersion: "${apiVersion}", kind: "${kind}" };
  constructor(scope: Construct, id: string, props: ${className}Props${hasRequiredProps ? "" : " = {}"}) {
    super(scope, id, { ...${className}.GVK, ...props });
  }
  override toJson(): unknown {
    return { ...${className}.GVK, ...toJson_${className}Props(super.toJson()) };
  }
}`;
}
