import { Construct } from "constructs";
import type { Environment } from "../config/environment.ts";
import { HttpIngressPathPathType, KubeIngress } from "../imports/k8s.ts";
import { issuerName } from "./acme.ts";
import { keepAnnotations } from "./sync-option.ts";

export interface PublicIngressProps {
  readonly environment: Environment;
  readonly name: string;
  readonly labels: Record<string, string>;
  /** Public DNS name; the certificate is issued for it. */
  readonly host: string;
  readonly path: string;
  /** `exact` for one address, `prefix` for everything below it. */
  readonly match: "exact" | "prefix";
  readonly service: { readonly name: string; readonly portName: string };
  /** Middlewares in their order, as `<namespace>-<name>`. */
  readonly middlewares: readonly string[];
}

/** Name of the IngressClass that Traefik serves. */
export const ingressClassName = "traefik";

/** An Ingress open to the internet: HTTPS only, certificate from Let's Encrypt, guarded by middlewares. */
export class PublicIngress extends Construct {
  constructor(scope: Construct, id: string, props: PublicIngressProps) {
    super(scope, id);
    const { environment, name, labels, host, path, match, service, middlewares } = props;
    new KubeIngress(this, "ingress", {
      metadata: {
        name,
        labels,
        annotations: {
          "cert-manager.io/cluster-issuer": issuerName(environment),
          // Let's Encrypt issues five certificates a week for one name: losing the Secret a few times locks the site out.
          "cert-manager.io/secret-template": JSON.stringify({ annotations: keepAnnotations }),
          // Port 80 only redirects, for the whole entry point.
          "traefik.ingress.kubernetes.io/router.entrypoints": "websecure",
          "traefik.ingress.kubernetes.io/router.middlewares": middlewares
            .map((one) => `${one}@kubernetescrd`)
            .join(","),
        },
      },
      spec: {
        ingressClassName,
        tls: [{ hosts: [host], secretName: `${name}-tls` }],
        rules: [
          {
            host,
            http: {
              paths: [
                {
                  path,
                  pathType: match === "exact" ? HttpIngressPathPathType.EXACT : HttpIngressPathPathType.PREFIX,
                  backend: { service: { name: service.name, port: { name: service.portName } } },
                },
              ],
            },
          },
        ],
      },
    });
  }
}
