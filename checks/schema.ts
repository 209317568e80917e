import { validatorFor } from "../imports/validators.ts";
import { describeObject, type Manifest } from "../render/manifest.ts";
import type { Finding } from "./finding.ts";

/**
 * Every object against the schema of the cluster's own Kubernetes version, or of its CRD; unknown fields are refused,
 * because the API server would drop or reject them.
 */
export function* checkSchemas(manifests: readonly Manifest[]): Generator<Finding> {
  for (const { object, path, source, constructPath } of manifests) {
    const where = { rule: "schema", severity: "error", path, source, constructPath } as const;
    const validate = validatorFor(object.apiVersion, object.kind);
    if (!validate) {
      yield {
        ...where,
        rule: "schema-missing",
        field: "kind",
        message: `There is no schema for ${describeObject(object)}, so it cannot be checked.`,
        remedy: "Add the kind to importer/kinds.ts and run `npm run import` (docs/how-to/import-schemas.md).",
      };
      continue;
    }
    for (const { path: field, message } of validate(object)) {
      yield {
        ...where,
        field,
        message: `${describeObject(object)}: ${message}`,
        remedy: "Correct the field; the API server would refuse or drop it.",
      };
    }
  }
}
