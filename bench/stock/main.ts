import { App, Chart, type ChartProps } from "cdk8s";
import { k8s } from "cdk8s-plus-28";
import type { Construct } from "constructs";
import { Application, AppProject } from "./imports/argoproj.io";
import { ClusterIssuer } from "./imports/cert-manager.io";
import { Middleware } from "./imports/traefik.io";

type AddObject = (chart: Chart, name: string) => void;

/** One application of ordinary size. Every module of imports/ is in use, as in the platform that this is compared with. */
const addObjects: readonly AddObject[] = [
  (chart, name) => {
    new k8s.KubeServiceAccount(chart, "account", { metadata: { name }, automountServiceAccountToken: false });
  },
  (chart, name) => {
    new k8s.KubeConfigMap(chart, "config", { metadata: { name }, data: { PORT: "8080", LOG_LEVEL: "info" } });
  },
  (chart, name) => {
    const probe = { httpGet: { path: "/healthz", port: k8s.IntOrString.fromString("http") }, periodSeconds: 10 };
    new k8s.KubeDeployment(chart, "deployment", {
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            serviceAccountName: name,
            containers: [
              {
                name,
                image: "docker.io/library/nginx:1.29.1",
                ports: [{ name: "http", containerPort: 8080 }],
                envFrom: [{ configMapRef: { name } }],
                resources: {
                  requests: { cpu: k8s.Quantity.fromString("20m"), memory: k8s.Quantity.fromString("64Mi") },
                  limits: { memory: k8s.Quantity.fromString("128Mi") },
                },
                readinessProbe: probe,
                livenessProbe: probe,
              },
            ],
          },
        },
      },
    });
  },
  (chart, name) => {
    new k8s.KubeService(chart, "service", {
      metadata: { name },
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: k8s.IntOrString.fromString("http") }] },
    });
  },
  (chart, name) => {
    new Middleware(chart, "middleware", {
      metadata: { name },
      spec: { rateLimit: { average: 50, burst: 100 } },
    });
  },
  (chart, name) => {
    new AppProject(chart, "project", {
      metadata: { name },
      spec: { sourceRepos: ["https://git.example.org/platform.git"], destinations: [{ namespace: name }] },
    });
  },
  (chart, name) => {
    new Application(chart, "application", {
      metadata: { name },
      spec: {
        project: name,
        destination: { server: "https://kubernetes.default.svc", namespace: name },
        source: { repoUrl: "https://git.example.org/platform.git", targetRevision: "main", path: `dist/${name}` },
        syncPolicy: { automated: { prune: true, selfHeal: true } },
      },
    });
  },
  (chart, name) => {
    new ClusterIssuer(chart, "issuer", { metadata: { name }, spec: { selfSigned: {} } });
  },
];

class ApplicationChart extends Chart {
  constructor(scope: Construct, id: string, add: readonly AddObject[], props: ChartProps = {}) {
    super(scope, id, props);
    for (const one of add) one(this, id);
  }
}

const objects = Number(process.env.STOCK_OBJECTS);
const app = new App();
for (let first = 0; first < objects; first += addObjects.length) {
  const name = `app-${first / addObjects.length}`;
  new ApplicationChart(app, name, addObjects.slice(0, objects - first), { namespace: name });
}
app.synth();
