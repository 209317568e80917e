import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubernetesObject } from "../../render/manifest.ts";
import { production, render } from "../../test/production.ts";
import { bundle } from "../bundle.ts";
import { formatNewKeys } from "../image/secrets.ts";
import { secrets } from "../src/contract.ts";
import { describeRedis } from "./describe-redis.ts";
import { freePorts } from "./nodes.ts";
import { type Redis, startRedis, until } from "./redis.ts";
import { roundTrip } from "./round-trip.ts";
import { type ServerProcess, startServerProcess } from "./server-process.ts";

interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string };
}

interface PodSpec {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: { readonly runAsUser: number };
  readonly containers: readonly {
    readonly name: string;
    readonly env: readonly {
      readonly name: string;
      readonly valueFrom: { readonly fieldRef: { readonly fieldPath: string } };
    }[];
    readonly envFrom: readonly { readonly configMapRef: { readonly name: string } }[];
    readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
    readonly lifecycle: { readonly preStop: { readonly sleep: { readonly seconds: number } } };
    readonly startupProbe: Probe;
    readonly readinessProbe: Probe;
    readonly livenessProbe: Probe;
    readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret: {
      readonly secretName: string;
      readonly items: readonly { readonly key: string; readonly path: string }[];
    };
  }[];
}

const { manifests } = render();
const find = (kind: string, name: string): KubernetesObject => {
  const found = manifests.find(({ object }) => object.kind === kind && object.metadata.name === name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found.object;
};

const { template } = find("Deployment", "chat-server").spec as { template: { spec: PodSpec } };
const pod = template.spec;
const [container] = pod.containers;
if (container === undefined) throw new Error("the pod has no container");

/** What the cluster tells a pod of itself. */
const fields: Readonly<Record<string, string>> = { "metadata.name": "chat-server-1", "spec.nodeName": "server-1" };

/** The container's environment, as the kubelet makes it. */
const rendered: Readonly<Record<string, string>> = Object.assign(
  {},
  ...container.envFrom.map(({ configMapRef }) => find("ConfigMap", configMapRef.name).data),
  ...container.env.map(({ name, valueFrom }) => ({ [name]: fields[valueFrom.fieldRef.fieldPath] })),
);

/**
 * The server as the rendered Deployment runs it. A pod has a network and a file system of its own; here ports, Redis'
 * address and the folders of the mounts are put in the place of the rendered ones, and nothing else.
 */
describeRedis("the rendered Deployment and the server", () => {
  const folder = mkdtempSync(join(tmpdir(), "chat-pod-"));
  let redis: Redis | undefined;
  let server: ServerProcess | undefined;
  /** This machine's port by the pod's. */
  const portOnMachine = new Map<number, number>();

  const startPod = async (own: Redis): Promise<ServerProcess> => {
    const free = await freePorts(container.ports.length);
    for (const [index, { containerPort }] of container.ports.entries())
      portOnMachine.set(containerPort, free[index] ?? 0);
    writeMounts({
      [`${secrets.redisPassword.name}/${secrets.redisPassword.key}`]: own.password,
      [`${secrets.signingKeys.name}/${secrets.signingKeys.key}`]: formatNewKeys(),
    });
    const portOf = (name: string) => portOnMachine.get(Number(rendered[name])) ?? 0;
    return startServerProcess({
      words: [process.execPath, join(folder, "app", "server.js")],
      env: {
        ...rendered,
        PORT: String(portOf("PORT")),
        ADMIN_PORT: String(portOf("ADMIN_PORT")),
        REDIS_URL: own.url,
        ...Object.fromEntries(Object.entries(rendered).flatMap(([name, path]) => mapped(name, path))),
      },
      port: portOf("PORT"),
      adminPort: portOf("ADMIN_PORT"),
      // Root alone can start it as somebody else; whoever runs the tests without rights is unprivileged already.
      ...(process.getuid?.() === 0 ? { uid: pod.securityContext.runAsUser } : {}),
      cleanUp: () => {},
    });
  };

  const mapped = (name: string, path: string): [string, string][] =>
    container.volumeMounts.some(({ mountPath }) => path.startsWith(`${mountPath}/`))
      ? [[name, join(folder, path)]]
      : [];

  /** The files of the Secrets, readable by the pod's group, as `fsGroup` makes them. */
  const writeMounts = (contentBySecret: Readonly<Record<string, string>>) => {
    for (const { name, mountPath } of container.volumeMounts) {
      const { secretName = "", items = [] } = pod.volumes.find((one) => one.name === name)?.secret ?? {};
      for (const { key, path } of items) {
        const file = join(folder, mountPath, path);
        mkdirSync(dirname(file), { recursive: true, mode: 0o755 });
        writeFileSync(file, contentBySecret[`${secretName}/${key}`] ?? "", { mode: 0o444 });
      }
    }
  };

  /** What the kubelet does: the status of the rendered path on the rendered port. */
  const probe = async ({ httpGet: { path, port } }: Probe): Promise<number> => {
    const number = container.ports.find(({ name }) => name === port)?.containerPort ?? 0;
    const url = `http://127.0.0.1:${portOnMachine.get(number)}${path}`;
    return fetch(url).then(
      ({ status }) => status,
      () => 0,
    );
  };

  const untilAnswered = (one: Probe, status: number) =>
    until(
      `${one.httpGet.path} answers ${status}`,
      async () => (await probe(one)) === status,
      () => server?.logs.join("\n") ?? "",
    );

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    await bundle(join(folder, "app"));
    redis = await startRedis();
    server = await startPod(redis);
  });
  afterAll(async () => {
    await server?.kill();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("every probe succeeds, on the path and the port that are rendered", async () => {
    for (const one of [container.startupProbe, container.livenessProbe, container.readinessProbe])
      await untilAnswered(one, 200);
  });

  test("a page of the rendered domain may chat, and no other", async () => {
    const url = server?.url ?? "";
    await roundTrip(url, `https://${production.domain}`);
    await expect(roundTrip(url, "https://example.org")).rejects.toThrow("403");
  });

  test("the replica calls itself by the name that the cluster gave it", async () => {
    const info = await (await fetch(`${server?.url}/api/info`)).json();
    expect(info).toMatchObject({ replica: fields["metadata.name"], node: fields["spec.nodeName"] });
  });

  test("it is gone before the kubelet would kill it, and is not ready meanwhile", async () => {
    const seconds = pod.terminationGracePeriodSeconds - container.lifecycle.preStop.sleep.seconds;
    server?.signal("SIGTERM");
    await untilAnswered(container.readinessProbe, 503);
    expect(await probe(container.livenessProbe)).toBe(200);
    const tooLate = new AbortController();
    const exit = await Promise.race([server?.exited, pause(seconds * 1_000, "killed", { signal: tooLate.signal })]);
    tooLate.abort();
    expect(exit).toEqual({ code: 0, signal: null });
  });
});
