import { Ajv } from "ajv";
import standalone from "ajv/dist/standalone/index.js";
import { compactValidators } from "./compact-validators.ts";
import { generatedHeader } from "./generated-header.ts";
import { coreFile, type SchemaFiles } from "./json-schema.ts";
import { withSharedParts } from "./shared-parts.ts";
import { vendorKeywords } from "./structure.ts";

/** A kind, and where its definition is: a file of schemas/ and a name in it. */
export interface ValidatorRoot {
  readonly kind: string;
  readonly file: string;
  readonly definition: string;
}

/**
 * A CommonJS module that needs no compiler and no library at run time, with one validator for each of the roots,
 * exported under the name of its kind. CommonJS, because `require` can load it when its first object comes.
 */
export function renderValidators(files: SchemaFiles, roots: readonly ValidatorRoot[]): string {
  const ajv = new Ajv({
    allErrors: true,
    allowUnionTypes: true,
    code: { source: true, lines: true },
    // A definition that others refer to becomes one function, instead of a copy in each of them.
    inlineRefs: false,
    messages: false,
    strictRequired: false,
    verbose: true,
  });
  ajv.addVocabulary(vendorKeywords);
  for (const name of new Set([coreFile, ...roots.map(({ file }) => file)])) {
    ajv.addSchema({ $id: name, definitions: withSharedParts(files[name]?.definitions ?? {}) });
  }
  const ids = roots.map(({ kind, file, definition }) => [kind, `${file}#/definitions/${definition}`]);
  return `${generatedHeader}\n${compactValidators(standalone.default(ajv, Object.fromEntries(ids)))}`;
}
