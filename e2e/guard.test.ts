import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createKube } from "./harness/kube.ts";
import { controlPath, readContacts, readStrayContacts } from "./harness/kubeconfig-trap.ts";
import { connectPlatform } from "./harness/platform.ts";

const { cluster, folders, kube, kubeconfig, programs } = connectPlatform();
const kubectl = (variables: NodeJS.ProcessEnv) =>
  promisify(execFile)(join(programs, "kubectl"), ["get", "--raw", controlPath], { env: variables });

// Whoever runs the suite has a kubeconfig of a real cluster. The whole run has this trap in its place.
test("nothing in the suite talks to the cluster of KUBECONFIG or of the home folder", async () => {
  await kube.list({ apiVersion: "v1", kind: "Node" });
  await cluster.log("kube-apiserver");
  expect(readStrayContacts(folders.trap)).toEqual([]);
});

test("the trap is set: a program with the suite's variables falls into it, by either way", async () => {
  const { KUBECONFIG, HOME, PATH } = process.env;
  for (const variables of [
    { KUBECONFIG, PATH },
    { HOME, PATH },
  ]) {
    const before = readContacts(folders.trap).length;
    await expect(kubectl(variables)).rejects.toThrow();
    expect(readContacts(folders.trap).length).toBeGreaterThan(before);
  }
});

test("a kubeconfig from elsewhere is refused, also through a link", () => {
  const outside = join(folders.trap, "kubeconfig");
  expect(() => createKube(outside, folders.cluster)).toThrow("no cluster but its own");
  const link = join(mkdtempSync(join(folders.cluster, "link-")), "kubeconfig");
  symlinkSync(outside, link);
  expect(() => createKube(link, folders.cluster)).toThrow("no cluster but its own");
});

test("an API server that does not answer is named", async () => {
  const [, server = ""] = /server: (\S+)/.exec(readFileSync(kubeconfig, "utf8")) ?? [];
  const dead = join(mkdtempSync(join(folders.cluster, "dead-")), "kubeconfig");
  writeFileSync(dead, readFileSync(kubeconfig, "utf8").replace(server, "https://127.0.0.1:9"));
  const nodes = createKube(dead, folders.cluster).list({ apiVersion: "v1", kind: "Node" });
  await expect(nodes).rejects.toThrow("The API server https://127.0.0.1:9 does not answer");
});
