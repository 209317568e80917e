import type { JsonSchema } from "./json-schema.ts";

// What Ajv writes, piece by piece.
const errorReport =
  /const (err\d+) = \{instancePath(?::(.+?))?,schemaPath:.+?,keyword:(".+?"),params:(\{.*?\}),schema:.+?,parentSchema:(.+?),data.*\};\nif\(vErrors === null\)\{\nvErrors = \[\1\];\n\}\nelse \{\nvErrors\.push\(\1\);\n\}\nerrors\+\+;/g;
const schemaConstant = /^const (schema\d+) = (\{.*\});$/gm;
const lengthImport = /^const (func\d+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;$/gm;
const unusedContext = /,parentData:[^\n]+?,parentDataProperty:[^\n]+?,rootData\}/g;
const validator =
  /^function (validate\d+)\(data, \{instancePath="", .+?\}=\{\}\)\{\n([\s\S]*?)^return errors === 0;\n\}$/gm;
const exportLine = /^exports.+;\n/gm;
const leftover = /vErrors\.push\(.*|require\(.*|\bparentData\b.*|^function .*/m;

/**
 * Shortens the module that Ajv writes to half, and frees it of imports: one call for each error instead of nine lines,
 * and of each schema only what an error reports (the names of the fields, the types of a union, the values
 * of an enum).
 */
export function compactValidators(source: string): string {
  const exportLines = source.match(exportLine) ?? [];
  const compacted = source
    .replaceAll(errorReport, (_, _name, path: string | undefined, keyword: string, params: string, schema: string) => {
      return `vErrors = report(vErrors, ${path ?? "instancePath"}, ${keyword}, ${withFields(params, schema)});errors++;`;
    })
    .replaceAll(schemaConstant, (_, name: string, schema: string) => {
      return `const ${name} = ${JSON.stringify(skeleton(JSON.parse(schema) as JsonSchema))};`;
    })
    // Like Kubernetes, Ajv counts code points, not UTF-16 units.
    .replaceAll(lengthImport, "const $1 = (text) => Array.from(text).length;")
    .replaceAll(unusedContext, "}")
    // V8 compiles a function in parentheses at once, so that Node's compile cache has it; a plain one is compiled again
    // in every process that calls it.
    .replaceAll(validator, 'const $1 = (function(data, {instancePath=""}={}){\n$2return errors === 0;\n});')
    .replaceAll(exportLine, "");
  const unknown = leftover.exec(compacted);
  if (unknown !== null) throw new Error(`Ajv writes something that is not known here: ${unknown[0]}`);
  return `${compacted.trimEnd()}\n\n${report}\n${exportLines.join("")}`;
}

function withFields(params: string, parentSchema: string): string {
  const isUnknownField = params.startsWith("{additionalProperty:");
  return isUnknownField ? `${params.slice(0, -1)},fields:Object.keys(${parentSchema}.properties ?? {})}` : params;
}

function skeleton(schema: JsonSchema): JsonSchema {
  const { properties, items, additionalProperties, type, enum: values } = schema;
  const children = Object.entries(properties ?? {}).map(([name, child]) => [name, skeleton(child)]);
  return {
    ...(properties === undefined ? {} : { properties: Object.fromEntries(children) }),
    ...(items === undefined ? {} : { items: skeleton(items) }),
    ...(typeof additionalProperties === "object" ? { additionalProperties: skeleton(additionalProperties) } : {}),
    ...(Array.isArray(type) ? { type } : {}),
    ...(values === undefined ? {} : { enum: values }),
  };
}

const report = `function report(errors, instancePath, keyword, params) {
const error = {instancePath, keyword, params};
if(errors === null) return [error];
errors.push(error);
return errors;
}
`;
