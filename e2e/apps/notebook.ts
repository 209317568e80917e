import { ServiceAccount } from "cdk8s-plus-28";
import { defineApp } from "../../constructs/app.ts";
import { appLabels, selectorLabels } from "../../constructs/labels.ts";
import { resources, restrictedContainer, restrictedPod } from "../../constructs/pod-defaults.ts";
import { hetznerStorageClass } from "../../constructs/storage-class.ts";
import {
  IntOrString,
  KubeService,
  KubeStatefulSet,
  PersistentVolumeClaimSpecAccessModes,
  Quantity,
} from "../../imports/k8s.ts";

const name = "notebook";
const port = 8080;

/** An app with a namespace and a volume of its own, which the suite adds to its copy as one file and takes out again. */
export default defineApp({
  name,
  namespace: name,
  summary: "What is written down stays, whatever happens to the app",
  dependsOn: ["storage"],
  namespaces: [{ name, podSecurity: "restricted", isolated: true }],
  render(chart) {
    const labels = appLabels(name);
    const selector = selectorLabels(name);

    new ServiceAccount(chart, "service-account", { metadata: { name, labels } });

    new KubeService(chart, "service", {
      metadata: { name, labels },
      spec: { selector, ports: [{ name: "notes", port, targetPort: IntOrString.fromString("notes") }] },
    });

    new KubeStatefulSet(chart, "stateful-set", {
      metadata: { name, labels },
      spec: {
        serviceName: name,
        replicas: 1,
        revisionHistoryLimit: 3,
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        selector: { matchLabels: selector },
        template: {
          metadata: { labels },
          spec: {
            ...restrictedPod({ uid: 65532, gid: 65532 }, { ownsVolumes: true }),
            serviceAccountName: name,
            automountServiceAccountToken: false,
            containers: [
              {
                name,
                // The servers of the suite are simulated: nothing is pulled.
                image: "registry.example.org/notebook:1.0.0",
                ports: [{ name: "notes", containerPort: port }],
                resources: resources({ cpu: "10m", memory: "32Mi", memoryLimit: "64Mi" }),
                readinessProbe: { exec: { command: ["true"] } },
                livenessProbe: { exec: { command: ["true"] } },
                volumeMounts: [{ name: "notes", mountPath: "/notes" }],
                ...restrictedContainer,
              },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            // As the API server returns it: without them Argo CD sees a difference for ever.
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "notes" },
            spec: {
              accessModes: [PersistentVolumeClaimSpecAccessModes.READ_WRITE_ONCE],
              storageClassName: hetznerStorageClass,
              resources: { requests: { storage: Quantity.fromString("10Gi") } },
            },
          },
        ],
      },
    });
  },
});
