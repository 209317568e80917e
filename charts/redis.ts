import { ServiceAccount } from "cdk8s-plus-28";
import { redisSettings, secrets } from "server-chat/contract";
import { defineApp } from "../constructs/app.ts";
import { configHash } from "../constructs/config-hash.ts";
import type { Pods } from "../constructs/flow.ts";
import { appLabels, selectorLabels } from "../constructs/labels.ts";
import { resources, restrictedContainer, restrictedPod } from "../constructs/pod-defaults.ts";
import { hetznerStorageClass } from "../constructs/storage-class.ts";
import {
  IntOrString,
  KubeConfigMap,
  KubePodDisruptionBudget,
  KubeService,
  KubeStatefulSet,
  PersistentVolumeClaimSpecAccessModes,
  Quantity,
} from "../imports/k8s.ts";

const name = "redis";
const namespace = "chat-app";

/** Port of the Service and of the pod. */
export const redisPort = 6379;

/** Host name inside the cluster. */
export const redisHost = `${name}.${namespace}.svc`;

export const redisPods: Pods = { name, namespace, labels: selectorLabels(name) };

/** User and group `redis` of the official Alpine image. */
const user = { uid: 999, gid: 1000 };

const passwordFile = "/run/secrets/redis/password";

/** Settings by name; what the server's contract demands cannot be changed here. */
const settings: Readonly<Record<string, string>> = {
  ...redisSettings,
  port: String(redisPort),
  dir: "/data",
  // The append-only file is the only truth; a dump beside it would double the writes.
  save: '""',
  // Well under the container's limit: rewriting the append-only file copies the pages that change meanwhile.
  maxmemory: "160mb",
  // A client that vanished without a word is noticed within two minutes.
  "tcp-keepalive": "60",
};

/**
 * Redis reads its configuration from standard input, so that the password is in no argument, variable or file of the
 * image; `exec` makes it process 1, which the kubelet's signals reach.
 */
const start = `password=$(sed 's/[\\\\"]/\\\\&/g' ${passwordFile})
exec redis-server - <<END
$(cat /etc/redis/redis.conf)
requirepass "$password"
END
`;

/** Asks Redis whether it works; `LOADING` is an answer of a living server that reads its file. */
const ping = (answers: string) => [
  "sh",
  "-c",
  `REDISCLI_AUTH=$(cat ${passwordFile}) redis-cli -p ${redisPort} ping | grep -Eq '${answers}'`,
];

export default defineApp({
  name,
  namespace,
  summary: "Redis with an append-only file that is flushed before every answer",
  dependsOn: ["storage"],
  // Redis opens no connection: it needs no flow of its own, not even to the name service.
  render(chart, { environment, pins }) {
    const labels = appLabels(name);
    const selector = selectorLabels(name);
    const config = {
      "redis.conf": `${Object.entries(settings)
        .map(([key, value]) => `${key} ${value}`)
        .join("\n")}\n`,
    };

    // An account without rights and without a token: the default one may one day be given some.
    new ServiceAccount(chart, "service-account", { metadata: { name, labels } });

    new KubeConfigMap(chart, "config", { metadata: { name, labels }, data: config });

    new KubeService(chart, "service", {
      metadata: { name, labels },
      spec: { selector, ports: [{ name: "redis", port: redisPort, targetPort: IntOrString.fromString("redis") }] },
    });

    // One replica must not block the drain of a server: it restarts elsewhere, and clients wait for it.
    new KubePodDisruptionBudget(chart, "disruption-budget", {
      metadata: { name, labels },
      spec: { maxUnavailable: IntOrString.fromNumber(1), selector: { matchLabels: selector } },
    });

    new KubeStatefulSet(chart, "stateful-set", {
      metadata: { name, labels },
      spec: {
        serviceName: name,
        replicas: 1,
        revisionHistoryLimit: 3,
        selector: { matchLabels: selector },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        template: {
          metadata: { labels, annotations: configHash({ ...config, start }) },
          spec: {
            ...restrictedPod(user, { ownsVolumes: true }),
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            // Time to flush and close the append-only file on a slow network volume.
            terminationGracePeriodSeconds: 60,
            containers: [
              {
                name,
                image: pins.images.redis.reference,
                command: ["sh", "-c", start],
                ports: [{ name: "redis", containerPort: redisPort }],
                resources: resources({ cpu: "100m", memory: "192Mi", memoryLimit: "384Mi" }),
                readinessProbe: {
                  exec: { command: ping("PONG") },
                  periodSeconds: 5,
                  timeoutSeconds: 3,
                  failureThreshold: 2,
                },
                // Slow to kill: a volume that is attached late or hangs is not mended by a restart.
                livenessProbe: {
                  exec: { command: ping("PONG|LOADING") },
                  initialDelaySeconds: 10,
                  periodSeconds: 10,
                  timeoutSeconds: 5,
                  failureThreshold: 6,
                },
                volumeMounts: [
                  { name: "data", mountPath: "/data" },
                  { name: "config", mountPath: "/etc/redis", readOnly: true },
                  { name: "password", mountPath: "/run/secrets/redis", readOnly: true },
                ],
                ...restrictedContainer,
              },
            ],
            volumes: [
              { name: "config", configMap: { name } },
              {
                name: "password",
                secret: {
                  secretName: secrets.redisPassword.name,
                  items: [{ key: secrets.redisPassword.key, path: "password" }],
                },
              },
            ],
          },
        },
        volumeClaimTemplates: [
          {
            // The API server returns both, and Argo CD would see a difference for ever.
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: { name: "data" },
            spec: {
              accessModes: [PersistentVolumeClaimSpecAccessModes.READ_WRITE_ONCE],
              storageClassName: hetznerStorageClass,
              resources: { requests: { storage: Quantity.fromString(`${environment.redis.volumeGib}Gi`) } },
            },
          },
        ],
      },
    });
  },
});
