import type { Environment } from "../config/environment.ts";

/** Namespace of Argo CD itself and of every Application and AppProject. */
export const argocdNamespace = "argocd";

/**
 * Health of an Application. Argo CD has none of its own since 1.8, and without one the waves of the root Application do
 * not wait for each other (argo-cd v3.5 docs/operator-manual/health.md). An Application calls itself Healthy while its
 * first sync is still applying, so this asks for the end of the sync as well. One that cannot be read, or fails for the
 * third time, is Degraded: the root waits for Progressing without end, and would never see the commit that takes a bad
 * app back (docs/decisions/waves.md).
 */
const applicationHealth = `local health = { status = "Progressing", message = "waiting for its first sync" }
local status = obj.status
if status == nil or status.health == nil or status.sync == nil then
  return health
end
local operation = status.operationState or {}
local running = operation.phase == "Running"
if status.sync.status == "Synced" and not running then
  health.status = status.health.status or health.status
  health.message = status.health.message or ""
  return health
end
health.message = operation.message or health.message
if status.sync.status == "Unknown" then
  health.status = "Degraded"
  health.message = "what git says cannot be read: see the conditions"
elseif operation.phase == "Failed" or operation.phase == "Error" or (running and (operation.retryCount or 0) > 2) then
  health.status = "Degraded"
end
return health
`;

/** Role of people and tokens that may start a sync; everybody else who is logged in may read. */
const deployerPolicy = `p, role:deployer, applications, get, */*, allow
p, role:deployer, applications, sync, */*, allow
p, role:deployer, logs, get, */*, allow
g, deployer, role:deployer
`;

/**
 * Argo CD's own settings, by ConfigMap. They have one owner, the argo-cd chart's values; bootstrap applies the same
 * values first, because the waves of the very first sync already need them.
 */
export function argocdConfiguration(environment: Environment) {
  return {
    /** argocd-cm */
    cm: {
      url: `https://argocd.${environment.domain}`,
      "application.resourceTrackingMethod": "annotation",
      "resource.customizations.health.argoproj.io_Application": applicationHealth,
      // Together at most three minutes until a commit is seen; the webhook makes it seconds.
      "timeout.reconciliation": "120s",
      "timeout.reconciliation.jitter": "60s",
      "accounts.deployer": "apiKey",
      "users.anonymous.enabled": "false",
    },
    /** argocd-cmd-params-cm */
    params: {
      // Traefik ends TLS; with TLS here too the webhook would be redirected in a circle.
      "server.insecure": "true",
      // Compares as the API server would apply: defaulted fields are no difference.
      "controller.diff.server.side": "true",
    },
    /** argocd-rbac-cm */
    rbac: {
      "policy.default": "role:readonly",
      "policy.csv": deployerPolicy,
    },
  } as const;
}
