import { nearestName } from "./nearest-name.ts";
import { quantityPattern } from "./quantity-pattern.ts";

/** One fault of an object: where, and what was found and what is allowed there. */
export interface SchemaError {
  /** `spec.template.spec.containers[0].image`; empty for the object itself. */
  readonly path: string;
  readonly message: string;
  /** The JSON schema keyword that failed: `additionalProperties` is an unknown field. */
  readonly keyword: string;
}

/** What a precompiled validator reports. */
export interface RawError {
  /** A JSON pointer (RFC 6901). */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: {
    readonly additionalProperty?: string;
    readonly fields?: readonly string[];
    readonly missingProperty?: string;
    readonly type?: string | readonly string[];
    readonly allowedValues?: readonly unknown[];
    readonly pattern?: string;
    readonly comparison?: string;
    readonly limit?: number;
  };
}

const shownCharacters = 60;

/** Says it the way a person would: with the path as one writes it in TypeScript, and the nearest name that exists. */
export function describeError(object: unknown, { instancePath, keyword, params }: RawError): SchemaError {
  const { path, value } = locate(object, instancePath);
  if (params.additionalProperty !== undefined) {
    const message = unknownField(params.additionalProperty, params.fields ?? []);
    return { path: join(path, params.additionalProperty), message, keyword };
  }
  if (params.missingProperty !== undefined) {
    return { path: join(path, params.missingProperty), message: "nothing found; the field is required", keyword };
  }
  return { path, message: `found ${show(value)}; allowed: ${allowed(keyword, params)}`, keyword };
}

function unknownField(name: string, fields: readonly string[]): string {
  const nearest = nearestName(name, fields);
  if (nearest !== undefined) return `unknown field ${name}; did you mean ${nearest}?`;
  return `unknown field ${name}; allowed: ${fields.length === 0 ? "none" : fields.join(", ")}`;
}

function allowed(keyword: string, { type, allowedValues, pattern, comparison, limit }: RawError["params"]): string {
  if (type !== undefined) return [type].flat().join(" or ");
  if (allowedValues !== undefined) return allowedValues.map((value) => JSON.stringify(value)).join(", ");
  if (pattern === quantityPattern) return "a number, or text such as 250m, 1.5 or 256Mi";
  if (pattern !== undefined) return `text that matches ${pattern}`;
  if (comparison !== undefined) return `${comparison} ${limit}`;
  return `what ${keyword}${limit === undefined ? "" : ` ${limit}`} of the schema allows`;
}

function locate(object: unknown, pointer: string): { path: string; value: unknown } {
  let path = "";
  let value = object;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    path = Array.isArray(value) ? `${path}[${name}]` : join(path, name);
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return { path, value };
}

function join(path: string, name: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
