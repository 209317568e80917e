// What json2jsii writes, piece by piece.
const comment = /^ *\/\*[\s\S]*?\*\/\n/gm;
const enumDeclaration = /^export enum (\w+) \{\n([\s\S]*?)^\}/gm;
const parameterProperty = /^( *)private constructor\(public readonly value: ([^)]+)\) \{\n *\}/gm;
const filterOfFields = /^ *\/\/ filter undefined values\n *return Object\.entries\(result\).*\n/gm;
const startOfMap =
  /\(\((\S+)\) === undefined\) \? undefined : \(Object\.entries\(\1\)\.reduce\(\(r, i\) => \(i\[1\] === undefined\) \? r : \(\{ \.\.\.r, \[i\[0\]\]: /g;
const endOfMap = " }), {}))";
const leftover = /\benum \w+ \{|constructor\((?:public|private|readonly)\b|\.reduce\(/;

/**
 * Rewrites what json2jsii emits into TypeScript that Node runs by stripping the types (no `enum`, no parameter
 * properties), without the comments, which only repeat the names, and without a copy of the object for each field.
 * The result calls `fieldFunctions`.
 */
export function toStrippable(source: string): string {
  const rewritten = source
    .replaceAll(comment, "")
    .replaceAll(enumDeclaration, (_, name: string, members: string) => constantObject(name, members))
    .replaceAll(parameterProperty, (_, indent: string, type: string) => constructorWithField(indent, type))
    .replaceAll(filterOfFields, "  return definedFields(result);\n")
    .replaceAll(startOfMap, "mapFields($1, (i) => (")
    .replaceAll(endOfMap, "))")
    .replaceAll(/^export function /gm, "function ")
    .replaceAll(/^( *)public /gm, "$1")
    .replaceAll(/([:,] )any\b/g, "$1unknown")
    .replaceAll(/\n{2,}/g, "\n");
  const left = leftover.exec(rewritten);
  if (left !== null) throw new Error(`json2jsii emits something that needs a new rewrite: ${left[0]}`);
  return rewritten.trim();
}

function constantObject(name: string, members: string): string {
  const entries = members.replaceAll(/^( *\w+) = /gm, "$1: ");
  return `export const ${name} = {\n${entries}} as const;\nexport type ${name} = (typeof ${name})[keyof typeof ${name}];`;
}

function constructorWithField(indent: string, type: string): string {
  const lines = [`readonly value: ${type};`, `private constructor(value: ${type}) {`, "  this.value = value;", "}"];
  return lines.map((line) => indent + line).join("\n");
}

const definedFields = `function definedFields(fields: Record<string, unknown>): Record<string, unknown> {
  const defined: Record<string, unknown> = {};
  for (const name in fields) if (fields[name] !== undefined) defined[name] = fields[name];
  return defined;
}`;

const mapFields = `function mapFields<T>(
  fields: Readonly<Record<string, T>> | undefined,
  convert: (field: [string, T]) => unknown,
): Record<string, unknown> | undefined {
  if (fields === undefined) return undefined;
  return definedFields(Object.fromEntries(Object.entries(fields).map((field) => [field[0], convert(field)])));
}`;

/** The functions that rewritten code calls; an unused one would not compile. */
export function fieldFunctions(rewritten: string): string[] {
  return rewritten.includes("mapFields(") ? [definedFields, mapFields] : [definedFields];
}
