/**
 * Every pin that people and Renovate edit (.github/renovate.json says how it finds them). The comment above an entry is
 * what Renovate reads; the one behind it names the file in which the values (or the version) were read at exactly that
 * tag. A digest is `null` until Renovate has added it: no source available here states one.
 */
export const versions = {
  // renovate: datasource=github-releases depName=kubernetes/kubernetes extractVersion=^v(?<version>.+)$
  kubernetes: "1.36.4",

  charts: {
    calicoCrds: {
      repository: "https://docs.tigera.io/calico/charts",
      chart: "crd.projectcalico.org.v1",
      // renovate: datasource=helm depName=crd.projectcalico.org.v1 registryUrl=https://docs.tigera.io/calico/charts
      version: "v3.32.1", // projectcalico/calico@v3.32.1 charts/crd.projectcalico.org.v1/values.yaml
    },
    calico: {
      repository: "https://docs.tigera.io/calico/charts",
      chart: "tigera-operator",
      // renovate: datasource=helm depName=tigera-operator registryUrl=https://docs.tigera.io/calico/charts
      version: "v3.32.1", // projectcalico/calico@v3.32.1 charts/tigera-operator/values.yaml
    },
    hcloudCcm: {
      repository: "https://charts.hetzner.cloud",
      chart: "hcloud-cloud-controller-manager",
      // renovate: datasource=helm depName=hcloud-cloud-controller-manager registryUrl=https://charts.hetzner.cloud
      version: "1.35.0", // hetznercloud/hcloud-cloud-controller-manager@v1.35.0 chart/values.yaml
    },
    hcloudCsi: {
      repository: "https://charts.hetzner.cloud",
      chart: "hcloud-csi",
      // renovate: datasource=helm depName=hcloud-csi registryUrl=https://charts.hetzner.cloud
      version: "2.22.1", // hetznercloud/csi-driver@v2.22.1 chart/values.yaml
    },
    certManager: {
      repository: "https://charts.jetstack.io",
      chart: "cert-manager",
      // renovate: datasource=helm depName=cert-manager registryUrl=https://charts.jetstack.io
      version: "v1.21.1", // cert-manager/cert-manager@v1.21.1 deploy/charts/cert-manager/values.yaml
    },
    traefikCrds: {
      repository: "https://traefik.github.io/charts",
      chart: "traefik-crds",
      // The last release of this chart: upstream folded it into the traefik chart afterwards (docs/decisions/traefik-crds.md).
      version: "1.18.0", // traefik/traefik-helm-chart@2b426860 traefik-crds/values.yaml
    },
    metricsServer: {
      repository: "https://kubernetes-sigs.github.io/metrics-server",
      chart: "metrics-server",
      // renovate: datasource=helm depName=metrics-server registryUrl=https://kubernetes-sigs.github.io/metrics-server
      version: "3.13.1", // kubernetes-sigs/metrics-server@metrics-server-helm-chart-3.13.1 charts/metrics-server/values.yaml
    },
    argocd: {
      repository: "https://argoproj.github.io/argo-helm",
      chart: "argo-cd",
      // renovate: datasource=helm depName=argo-cd registryUrl=https://argoproj.github.io/argo-helm
      version: "10.1.1", // argoproj/argo-helm@argo-cd-10.1.1 charts/argo-cd/values.yaml (Argo CD v3.4.4)
    },
  },

  images: {
    traefik: {
      repository: "docker.io/library/traefik",
      tag: "v3.7.9", // traefik/traefik tag v3.7.9
      digest: null,
    },
    redis: {
      repository: "docker.io/library/redis",
      tag: "8.2.2-alpine", // Sipixer/ynov-k8s-orchestration apps/chat-app/values.yaml
      digest: null,
    },
  },
} as const;
