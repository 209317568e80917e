import type { EnvironmentInput } from "../environment.ts";

/** The real cluster: two servers in Helsinki. */
const production: EnvironmentInput = {
  name: "production",
  domain: "sylvain-chat.duckdns.org",
  git: { repository: "https://github.com/Sipixer/ynov-k8s-orchestration.git", branch: "main" },
  acme: { server: "production" },
  hetzner: {
    location: "hel1",
    networkZone: "eu-central",
    // No source states the real ranges. These keep the private network apart from pods and Services, as VXLAN needs:
    // compare them with `hcloud network describe` before the first sync.
    networkRange: "10.0.0.0/16",
    serverRange: "10.0.1.0/24",
    loadBalancerType: "lb11",
  },
  servers: [
    // Two servers with 4 GB, as the project always had. CPX22 is the 4 GB type that could be ordered in September 2026.
    { name: "cp-1", type: "cpx22", role: "control-plane", runsWorkloads: true },
    { name: "worker-1", type: "cpx22", role: "worker", runsWorkloads: true },
  ],
  cluster: {
    // kubeadm must be given the same: --pod-network-cidr, --service-cidr and --apiserver-bind-port.
    podCidr: "10.244.0.0/16",
    serviceCidr: "10.96.0.0/12",
    apiServerPort: 6443,
  },
  traefik: { replicas: 2 },
  chat: { replicas: 2 },
  redis: { volumeGib: 10 },
  metrics: { scrapers: [{ namespace: "monitoring", podLabels: { "app.kubernetes.io/name": "prometheus" } }] },
  features: { metricsServer: true, argocdWebhook: true },
};

export default production;
