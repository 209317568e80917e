import { fieldsOf } from "../kinds.ts";
import { containersOfImage } from "../pinned-images.ts";
import { defineRule } from "../rule.ts";
import { podsBehind } from "../services.ts";
import { variablesOf } from "../variables.ts";

export default defineRule({
  id: "chat-origin",
  severity: "error",
  why: "The page opens and its WebSocket is refused: the server accepts browsers of the listed origins only.",
  fix: "Add https:// and the Ingress's host to ALLOWED_ORIGINS.",
  check: function* (tree) {
    const allowed = new Map(
      containersOfImage(tree, "server-chat").map((site) => [
        site.pod,
        new Set((variablesOf(tree, site).ALLOWED_ORIGINS ?? "").split(",").map((origin) => origin.trim())),
      ]),
    );
    for (const manifest of tree.ofKind("Ingress")) {
      const { namespace } = manifest.object.metadata;
      for (const [i, { host, http }] of (fieldsOf(manifest, "Ingress").spec?.rules ?? []).entries()) {
        if (host === undefined) continue;
        const services = new Set((http?.paths ?? []).map(({ backend }) => backend?.service?.name ?? ""));
        const pods = [...services].flatMap((name) => {
          const service = tree.find("Service", namespace, name);
          return service ? podsBehind(tree, service) : [];
        });
        if (pods.some((pod) => allowed.get(pod)?.has(`https://${host}`) === false)) {
          const found = `the host ${host}, whose origin ALLOWED_ORIGINS does not list`;
          yield { manifest, field: `spec.rules[${i}].host`, found };
        }
      }
    }
  },
});
