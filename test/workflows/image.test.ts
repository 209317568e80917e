import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { imageBuilder, runNumberAnnotation } from "../../config/image-builder.ts";
import { versions } from "../../config/versions.ts";
import { environmentSchema, ports } from "../../server-chat/src/contract.ts";
import { production, root } from "../production.ts";
import { createRunner } from "./run-script.ts";
import { expression, job, step, workflow } from "./workflows.ts";

const { repository } = JSON.parse(readFileSync(join(root, "config/images/server-chat.json"), "utf8"));
const build = step("image", "build", "Build and push").with ?? {};

test("what is pushed is what the release record names", () => {
  expect(workflow("image").env?.IMAGE).toBe(repository);
  expect(build.tags).toBe(`${expression("env.IMAGE")}:main-${expression("github.sha")}`);
});

// The release record names tag and digest: under other bytes the release could never be brought back.
test.each([
  ["there already", 0, 1],
  ["free", 1, 0],
])("a tag that is %s", async (_, inspected, ends) => {
  const runner = createRunner("http://127.0.0.1:9");
  const docker = join(runner.folder, "bin", "docker");
  writeFileSync(docker, `#!/bin/sh\necho "$@" > "$RUNNER_TEMP/asked"\nexit ${inspected}\n`, { mode: 0o755 });
  const { run = "" } = step("image", "build", "Keep a tag that is there");
  const { exitCode } = await runner.run(run, { IMAGE: repository, GITHUB_SHA: "a".repeat(40) });
  expect(exitCode).toBe(ends);
  const asked = readFileSync(join(runner.folder, "asked"), "utf8");
  expect(asked).toBe(`buildx imagetools inspect ${repository}:main-${"a".repeat(40)}\n`);
  const names = job("image", "build").steps.map(({ name }) => name);
  expect(names.indexOf("Keep a tag that is there")).toBe(names.indexOf("Build and push") - 1);
});

test("it is built for both kinds of server, with what went in and how", () => {
  expect(build).toMatchObject({ platforms: "linux/amd64,linux/arm64", sbom: true, provenance: "mode=max", push: true });
  expect(build["build-args"]).toContain(`APP_COMMIT=${expression("github.sha")}`);
});

// The verifier of the bump asks for exactly this workflow, this branch and this annotation.
test("it is attested by digest, in the way that the bump verifies", () => {
  const builder = imageBuilder(production.git);
  expect(builder.workflow).toBe(".github/workflows/image.yml");
  expect(workflow("image").on).toMatchObject({ push: { branches: [builder.branch] } });
  expect(build.annotations).toContain(`index:${runNumberAnnotation}=${expression("github.run_number")}`);
  expect(step("image", "build", "Attest").with).toMatchObject({
    "subject-name": expression("env.IMAGE"),
    "subject-digest": expression("steps.push.outputs.digest"),
    "push-to-registry": true,
  });
});

test("nothing that an earlier run left behind gets into an image", () => {
  const { steps } = job("image", "build");
  const inputs = steps.map((one) => one.with ?? {});
  expect(inputs.some((one) => Object.keys(one).some((name) => /^cache-(from|to)$/.test(name)))).toBe(false);
  expect(inputs).toContainEqual(expect.objectContaining({ "cache-image": false }));
  expect(inputs).toContainEqual(expect.objectContaining({ "cache-binary": false }));
});

test("the smoke test starts the digest, on both kinds of server, beside the cluster's Redis", () => {
  const smoke = job("image", "smoke");
  expect(smoke.strategy?.matrix.runner).toEqual(["ubuntu-24.04", "ubuntu-24.04-arm"]);
  const { repository: redis, tag } = versions.images.redis;
  expect(smoke.services?.redis?.image.split("@")[0]).toBe(`${redis}:${tag}`);
  expect(smoke.env?.DIGEST).toBe(expression("needs.build.outputs.digest"));
  expect(step("image", "smoke", "Start what was pushed, as locked up as on the cluster").run).toContain(
    '"$IMAGE@$DIGEST"',
  );
});

test("the replica of the smoke test gets an environment that the contract knows, and files that are there", () => {
  const { run = "" } = step("image", "smoke", "Start what was pushed, as locked up as on the cluster");
  const variables = Object.fromEntries([...run.matchAll(/--env (\w+)=(\S+)/g)].map(([, name, value]) => [name, value]));
  expect(Object.keys(environmentSchema.shape)).toEqual(expect.arrayContaining(Object.keys(variables)));
  expect(environmentSchema.parse(variables)).toMatchObject({
    PORT: ports.http,
    ADMIN_PORT: ports.admin,
    REDIS_MODE: "single",
  });
  const mounted = [...run.matchAll(/--volume "[^:]+:([^:]+):ro"/g)].map(([, path]) => path);
  expect(mounted.sort()).toEqual([variables.SIGNING_KEYS_FILE, variables.REDIS_PASSWORD_FILE].sort());
  const words = step("image", "smoke", "Chat with it").run ?? "";
  expect(words).toContain(`http://127.0.0.1:${ports.http} http://127.0.0.1:${ports.admin} "$GITHUB_SHA"`);
});
