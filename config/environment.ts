import { z } from "zod";
import { contains, overlaps, parseCidr } from "./cidr.ts";
import { locations, networkZoneByLocation, networkZones, retiredServerTypes, serverTypes } from "./hetzner.ts";

const cidr = z.string().refine((text) => parseCidr(text) !== undefined, {
  error: "expected an IPv4 network such as 10.0.0.0/16, without host bits",
});

const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].flatMap((text) =>
  [parseCidr(text)].filter((range) => range !== undefined),
);

const dnsLabel = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
const dnsName = z
  .string()
  .max(253)
  .refine((name) => name.includes(".") && name.split(".").every((label) => dnsLabel.test(label)), {
    error: "expected a DNS name such as chat.example.org, in lower case, without scheme or port",
  });

const objectName = z.string().regex(dnsLabel, {
  error: "expected lower-case letters, digits and '-', at most 63 (a Kubernetes object name)",
});

const serverType = z.string().transform((type, context) => {
  if (type in serverTypes) return type as keyof typeof serverTypes;
  const allowed = Object.keys(serverTypes).join(", ");
  context.addIssue({
    code: "custom",
    message: retiredServerTypes.includes(type)
      ? `Hetzner no longer sells this type; allowed: ${allowed}`
      : `unknown server type; allowed: ${allowed} (another one needs its size in config/hetzner.ts)`,
  });
  return z.NEVER;
});

/** A cluster server. Its name is the name of the Kubernetes node. */
const server = z.strictObject({
  name: objectName,
  type: serverType,
  role: z.enum(["control-plane", "worker"]),
  /** Whether ordinary pods are scheduled here. On a control plane it means: no taint, and a load-balancer target. */
  runsWorkloads: z.boolean(),
});

const replicas = z.int().min(1).max(20);

/** Who may read the metrics endpoints. The namespace need not exist yet: a policy that names it lets nobody else in. */
const scraper = z.strictObject({ namespace: objectName, podLabels: z.record(z.string(), z.string()) });

/** Facts of one cluster that two or more apps need. Everything an app alone needs stands in the app's own file. */
export const environmentSchema = z
  .strictObject({
    name: objectName,
    /** The chat answers here; `argocd.<domain>` takes the webhook. */
    domain: dnsName,
    git: z.strictObject({
      repository: z
        .url({ protocol: /^https$/, error: "expected an https URL of a git repository" })
        // It is written into every Application: a token in it would be public.
        .refine((url) => /^https:\/\/[^/@?#]+\/[^@?#]+$/.test(url), {
          error: "expected an https URL without user, password, query or fragment",
        }),
      branch: z.string().regex(/^(?!.*(\.\.|\/\/|\.lock$|[./]$))[A-Za-z0-9][A-Za-z0-9._/-]*$/, {
        error: "expected the name of a git branch",
      }),
    }),
    acme: z.strictObject({
      /** Which Let's Encrypt the Ingresses ask. Staging first on a new domain: production locks after 5 failures an hour. */
      server: z.enum(["staging", "production"]),
      /** Where Let's Encrypt may write. Optional: the protocol does not need it. */
      email: z.email({ error: "expected an e-mail address" }).optional(),
    }),
    hetzner: z.strictObject({
      location: z.enum(locations),
      networkZone: z.enum(networkZones),
      /** The private network; servers and load balancer have their addresses in `serverRange`. */
      networkRange: cidr,
      serverRange: cidr,
      loadBalancerType: z.enum(["lb11", "lb21", "lb31"]),
    }),
    servers: z.array(server).min(1),
    cluster: z.strictObject({
      podCidr: cidr,
      serviceCidr: cidr,
      /** Port of the API server on the private addresses of the control plane. */
      apiServerPort: z.int().min(1).max(65535),
    }),
    traefik: z.strictObject({ replicas }),
    chat: z.strictObject({ replicas }),
    redis: z.strictObject({ volumeGib: z.int().min(10, { error: "Hetzner volumes have at least 10 GB" }).max(10_240) }),
    metrics: z.strictObject({ scrapers: z.array(scraper) }),
    features: z.strictObject({
      /** CPU and memory figures for `kubectl top` and autoscaling. */
      metricsServer: z.boolean(),
      /** `argocd.<domain>/api/webhook`: a push is deployed in seconds instead of at the next poll. */
      argocdWebhook: z.boolean(),
    }),
  })
  .superRefine((environment, context) => {
    const fail = (path: (string | number)[], message: string, input: unknown) =>
      context.addIssue({ code: "custom", path, message, input });
    const { hetzner, cluster, servers } = environment;

    const zone = networkZoneByLocation[hetzner.location];
    if (hetzner.networkZone !== zone) {
      fail(["hetzner", "networkZone"], `${hetzner.location} lies in the network zone ${zone}`, hetzner.networkZone);
    }

    // Calico tunnels (VXLAN) over the private network, so pods and Services must not share its addresses.
    const ranges = [
      [["hetzner", "networkRange"], hetzner.networkRange],
      [["cluster", "podCidr"], cluster.podCidr],
      [["cluster", "serviceCidr"], cluster.serviceCidr],
    ] as const;
    for (const [index, [path, text]] of ranges.entries()) {
      for (const [otherPath, otherText] of ranges.slice(0, index)) {
        const [range, other] = [parseCidr(text), parseCidr(otherText)];
        if (range && other && overlaps(range, other)) {
          fail([...path], `overlaps ${otherPath.join(".")} (${otherText}); the ranges must be apart`, text);
        }
      }
    }
    for (const [path, text] of ranges) {
      const range = parseCidr(text);
      if (range && !privateRanges.some((one) => contains(one, range))) {
        fail(
          [...path],
          "must be a private range: inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10",
          text,
        );
      }
    }
    const pods = parseCidr(cluster.podCidr);
    // kubeadm's controller gives every server 256 addresses (--node-cidr-mask-size-ipv4 24).
    if (pods && pods[1] - pods[0] + 1 < servers.length * 256) {
      fail(["cluster", "podCidr"], `too small: ${servers.length} servers need a /24 each`, cluster.podCidr);
    }
    const [network, serverRange] = [parseCidr(hetzner.networkRange), parseCidr(hetzner.serverRange)];
    if (network && serverRange && !contains(network, serverRange)) {
      fail(
        ["hetzner", "serverRange"],
        `must lie inside hetzner.networkRange (${hetzner.networkRange})`,
        hetzner.serverRange,
      );
    }

    const seen = new Set<string>();
    for (const [index, { name }] of servers.entries()) {
      if (seen.has(name)) fail(["servers", index, "name"], "two servers have this name; each needs its own", name);
      seen.add(name);
    }
    if (!servers.some((one) => one.role === "control-plane"))
      fail(["servers"], "one server must be the control-plane", servers);
    if (!servers.some((one) => one.runsWorkloads)) fail(["servers"], "one server must run workloads", servers);
  });

/** One cluster, checked. */
export type Environment = z.output<typeof environmentSchema>;

/** One cluster as its file in config/environments/ states it. */
export type EnvironmentInput = z.input<typeof environmentSchema>;
