import { defineRule } from "../rule.ts";
import { entryPointPort, entryPointsOf, traefiks } from "../traefik.ts";

const httpsPort = 443;

export default defineRule({
  id: "traefik-redirect",
  severity: "error",
  why: "The browser is sent to the port that Traefik itself listens on, which the load balancer does not have.",
  fix: "Redirect to :443 with the scheme https, the port that people see.",
  check: function* (tree) {
    for (const traefik of traefiks(tree)) {
      const { args, field, pod } = traefik;
      for (const name of entryPointsOf(traefik)) {
        const prefix = `entrypoints.${name}.http.redirections.entrypoint`;
        const to = args.get(`${prefix}.to`);
        if (to === undefined) continue;
        const port = to.startsWith(":") ? Number(to.slice(1)) : entryPointPort(traefik, to.toLowerCase());
        const scheme = args.get(`${prefix}.scheme`) ?? "https";
        if (port === httpsPort && scheme === "https") continue;
        const found = `a redirect of ${name} to ${to}, which is ${scheme} on port ${port ?? "unknown"}`;
        yield { manifest: pod.manifest, field: `${field}.args`, found };
      }
    }
  },
});
