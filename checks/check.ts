import type { KubernetesObject } from "../render/manifest.ts";
import type { RenderedEnvironment } from "../render/rendered.ts";
import { exceptions as declaredExceptions, type Exception } from "./exceptions.ts";
import type { Finding } from "./finding.ts";
import type { Rule } from "./rule.ts";
import { checkSchemas } from "./schema.ts";
import { createTree, type Tree } from "./tree.ts";

/**
 * Every finding of all environments: schemas first, then, where the objects have the shapes of their schemas, the rules,
 * and at last exceptions that nothing needed.
 * Pure; findings come in the order of the manifests' paths.
 */
export function checkPlatform(
  environments: readonly RenderedEnvironment[],
  rules: readonly Rule[],
  exceptions: readonly Exception[] = declaredExceptions,
): Finding[] {
  const used = new Set<Exception>();
  let everyRuleRan = true;
  const findings = environments.flatMap((rendered) => {
    const malformed = [...checkSchemas(rendered.manifests)];
    // Rules trust the shapes that schemas guarantee: a list where an object belongs would only make them fail.
    if (malformed.some(({ rule }) => rule === "schema")) {
      everyRuleRan = false;
      return malformed;
    }
    return [...malformed, ...checkRules(createTree(rendered), rules, exceptions, used)];
  });
  const unused = everyRuleRan ? exceptions.filter((exception) => !used.has(exception)).map(unusedException) : [];
  return [...findings.sort((a, b) => (a.path === b.path ? 0 : a.path < b.path ? -1 : 1)), ...unused];
}

/** Findings of the rules, less those that an exception allows; such exceptions are added to `used`. */
function* checkRules(
  tree: Tree,
  rules: readonly Rule[],
  exceptions: readonly Exception[],
  used: Set<Exception>,
): Generator<Finding> {
  for (const { id, severity, why, fix, check } of rules) {
    for (const { manifest, field, found } of check(tree)) {
      const { path, source, constructPath, object } = manifest;
      const exception = exceptions.find((one) => one.rule === id && one.object === nameOf(object));
      if (exception) used.add(exception);
      else yield { rule: id, severity, message: `${found}. ${why}`, remedy: fix, path, field, source, constructPath };
    }
  }
}

function unusedException({ rule, object }: Exception): Finding {
  const file = "checks/exceptions.ts";
  return {
    rule: "unused-exception",
    severity: "error",
    message: `The exception from ${rule} for ${object} is not needed any more. It would hide the next fault.`,
    remedy: `Remove it from ${file}.`,
    path: file,
    field: "",
    source: file,
    constructPath: object,
  };
}

function nameOf({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
