import { z } from "zod";
import { syncOptions } from "./sync-option.ts";

const aFunction = z.custom((value) => typeof value === "function", { error: "expected a function" });
const quantity = z.string().regex(/^\d+(\.\d+)?(m|Ki|Mi|Gi)?$/, { error: "expected a quantity such as 500m or 1Gi" });

const namespace = z.strictObject({
  name: z.string(),
  podSecurity: z.union([
    z.literal("restricted"),
    z.strictObject({ level: z.enum(["baseline", "privileged"]), why: z.string().min(1) }),
  ]),
  quota: z
    .strictObject({ cpuRequests: quantity, memoryRequests: quantity, memoryLimits: quantity, pods: z.int().positive() })
    .optional(),
  isolated: z.boolean(),
});

/**
 * The shape of an app definition, for files that were never type-checked: a misspelt key would otherwise be an app
 * without its flows. The types are in app.ts.
 */
export const appSchema = z
  .strictObject({
    name: z.string(),
    namespace: z.string(),
    summary: z.string().min(1),
    dependsOn: z.array(z.string()),
    enabled: aFunction.optional(),
    namespaces: z.array(namespace).optional(),
    flows: aFunction.optional(),
    syncOptions: z.array(z.enum(syncOptions)).optional(),
    ignoreDifferences: z
      .array(
        z.strictObject({
          group: z.string().optional(),
          kind: z.string(),
          name: z.string().optional(),
          jsonPointers: z.array(z.string().startsWith("/")).min(1),
          why: z.string().min(1),
        }),
      )
      .optional(),
    render: aFunction.optional(),
    helm: aFunction.optional(),
  })
  .refine((app) => (app.render === undefined) !== (app.helm === undefined), {
    path: ["render"],
    error: "an app has either `render` or `helm`",
  });
