import { expect, test } from "vitest";
import { environmentInputs } from "./environments.ts";
import { parseEnvironments } from "./parse-environments.ts";
import { UserError } from "./user-error.ts";

const { production } = environmentInputs;

const refusal = (change: Readonly<Record<string, unknown>>): string => {
  try {
    parseEnvironments({ production: { ...production, ...change } });
  } catch (error) {
    if (error instanceof UserError && error.exitCode === 2) return error.message;
    throw error;
  }
  return "accepted";
};

test("the stated environments are valid, each named like its file", () => {
  expect(parseEnvironments(environmentInputs).map(({ name }) => name)).toEqual(Object.keys(environmentInputs));
});

test.each([
  [
    "a location that does not exist",
    { hetzner: { ...production.hetzner, location: "hel9" } },
    'hetzner.location: found "hel9"; allowed: "fsn1", "nbg1", "hel1"',
  ],
  [
    "a zone that is not the location's",
    { hetzner: { ...production.hetzner, networkZone: "us-east" } },
    "hel1 lies in the network zone eu-central",
  ],
  ["a misspelt field", { domian: "example.org" }, "domian: unknown field"],
  [
    "a domain with a scheme",
    { domain: "https://example.org" },
    'domain: found "https://example.org"; expected a DNS name',
  ],
  ["a domain without a dot", { domain: "localhost" }, "expected a DNS name"],
  ["a domain in capitals", { domain: "Example.org" }, "expected a DNS name"],
  [
    "a range with host bits",
    { cluster: { ...production.cluster, podCidr: "10.244.0.1/16" } },
    'cluster.podCidr: found "10.244.0.1/16"',
  ],
  [
    "pods inside the private network",
    { cluster: { ...production.cluster, podCidr: "10.0.128.0/17" } },
    "overlaps hetzner.networkRange",
  ],
  [
    "Services among the pods",
    { cluster: { ...production.cluster, serviceCidr: "10.244.0.0/20" } },
    "overlaps cluster.podCidr",
  ],
  [
    "servers outside the network",
    { hetzner: { ...production.hetzner, serverRange: "10.9.0.0/24" } },
    "must lie inside hetzner.networkRange",
  ],
  [
    "a server type that is no longer sold",
    { servers: [{ ...production.servers[0], type: "cx22" }] },
    "Hetzner no longer sells this type; allowed: ",
  ],
  ["an unknown server type", { servers: [{ ...production.servers[0], type: "huge" }] }, "unknown server type"],
  [
    "two servers of one name",
    { servers: [production.servers[0], production.servers[0]] },
    "two servers have this name",
  ],
  ["no control plane", { servers: [production.servers[1]] }, "one server must be the control-plane"],
  [
    "no server for pods",
    { servers: [{ ...production.servers[0], runsWorkloads: false }] },
    "one server must run workloads",
  ],
  [
    "a volume smaller than Hetzner's",
    { redis: { volumeGib: 1 } },
    "redis.volumeGib: found 1; Hetzner volumes have at least 10 GB",
  ],
  ["a branch that is an option", { git: { ...production.git, branch: "--force" } }, 'git.branch: found "--force"'],
  [
    "a repository without https",
    { git: { ...production.git, repository: "git@github.com:a/b.git" } },
    "expected an https URL",
  ],
  [
    "a token in the repository",
    { git: { ...production.git, repository: "https://me:secret@github.com/a/b.git" } },
    "without user, password",
  ],
  ["a branch that git refuses", { git: { ...production.git, branch: "a..b" } }, 'git.branch: found "a..b"'],
  [
    "public addresses for pods",
    { cluster: { ...production.cluster, podCidr: "8.8.0.0/16" } },
    "must be a private range",
  ],
  [
    "too few addresses for pods",
    { cluster: { ...production.cluster, podCidr: "10.244.0.0/28" } },
    "too small: 2 servers need a /24 each",
  ],
  ["no replicas", { chat: { replicas: 0 } }, "chat.replicas: found 0; at least 1"],
  ["a missing field", { features: { metricsServer: true } }, "features.argocdWebhook: nothing found; expected boolean"],
] satisfies [string, Record<string, unknown>, string][])(
  "%s is refused with the path of the field",
  (_, change, message) => {
    expect(refusal(change)).toContain(`config/environments/production.ts: `);
    expect(refusal(change)).toContain(message);
  },
);

test("all faults are reported at once", () => {
  const message = refusal({ domain: "x", acme: { server: "prod" }, servers: [] });
  expect(message).toContain("domain:");
  expect(message).toContain("acme.server:");
  expect(message).toContain("servers:");
});

test("an environment named unlike its file is refused", () => {
  expect(() => parseEnvironments({ staging: production })).toThrow(
    'config/environments/staging.ts: name: found "production"; allowed: "staging"',
  );
});
