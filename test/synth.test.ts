import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Checkout, createCheckout, run } from "./checkout.ts";

const first = (files: ReadonlyMap<string, string>, part: string) =>
  [...files.keys()].find((path) => path.includes(part)) ?? "";

/** Adds a chart that runs `body` while it is rendered. */
const plant = (checkout: Checkout, body: string, more = "") =>
  writeFileSync(
    join(checkout.path, "charts", "planted.ts"),
    `import { defineApp } from "../constructs/app.ts";
import { KubeConfigMap } from "../imports/k8s.ts";
export default defineApp({ name: "planted", namespace: "chat-app", summary: "planted by a test", dependsOn: [], ${more}
  render(chart) {
    new KubeConfigMap(chart, "config", { metadata: { name: "planted" } });
    ${body}
  },
});
`,
  );

// Reviewers read dist/: if it depended on who rendered it, every second commit would be noise.
test("the bytes are the committed ones under another time zone, language, folder, umask and kube context", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  expect(committed.size).toBeGreaterThan(80);
  for (const folder of ["dist", "bootstrap"]) rmSync(join(checkout.path, folder), { recursive: true });
  const kubeconfig = join(checkout.path, "kubeconfig");
  writeFileSync(
    kubeconfig,
    "current-context: elsewhere\ncontexts: [{name: elsewhere, context: {namespace: elsewhere}}]\n",
  );
  const { exitCode } = await checkout.run(["synth"], {
    cwd: "/",
    before: "umask 077;",
    variables: {
      TZ: "Pacific/Kiritimati",
      LANG: "tr_TR.UTF-8",
      LC_ALL: "tr_TR.UTF-8",
      KUBECONFIG: kubeconfig,
      CDK8S_DISABLE_SORT: "1",
    },
  });
  expect(exitCode).toBe(0);
  expect(checkout.rendered()).toEqual(committed);
});

test("`cdk8s synth` leaves the same bytes as `npm run synth`", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  rmSync(join(checkout.path, "dist"), { recursive: true });
  const { exitCode } = await run(checkout.path, ["cdk8s", "synth"], { variables: { CDK8S_CHECK_UPGRADE: "false" } });
  expect(exitCode).toBe(0);
  expect(checkout.rendered()).toEqual(committed);
});

// The CLI deletes its output folder before it runs the app.
test("a `cdk8s synth` that fails leaves dist as it was", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  plant(checkout, `throw new Error("half-way");`);
  const { exitCode } = await run(checkout.path, ["cdk8s", "synth"], { variables: { CDK8S_CHECK_UPGRADE: "false" } });
  expect(exitCode).not.toBe(0);
  expect(checkout.rendered()).toEqual(committed);
});

test("what is no longer rendered disappears, and what is missing comes back", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  const stray = join(checkout.path, "dist/production/stray");
  mkdirSync(stray);
  writeFileSync(join(stray, "Pod.stray.yaml"), "kind: Pod\n");
  rmSync(join(checkout.path, first(committed, "Deployment")));
  const { exitCode, stdout } = await checkout.run(["synth"]);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("1 written, 1 removed");
  expect(checkout.rendered()).toEqual(committed);
  expect(existsSync(stray)).toBe(false);
});

test("a chart that throws half-way is named with its line, and dist stays", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  plant(checkout, `throw new Error("the disk of the moon is full");`);
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/charts\/planted\.ts:\d+ threw while production was rendered: the disk of the moon is full/);
  expect(stderr).not.toContain("    at ");
  expect(checkout.rendered()).toEqual(committed);
});

test("a chart that cannot be loaded is named, and dist stays", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  writeFileSync(join(checkout.path, "charts", "planted.ts"), "export default {{{");
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("charts/planted.ts:1 cannot be loaded");
  expect(stderr).not.toContain("    at ");
  expect(checkout.rendered()).toEqual(committed);
});

// The file that people edit is not our code: a slip in it must not look like a bug of ours.
test.each([
  ["config/environments/production.ts", /domain: .*\n/, "domain \n"],
  ["config/environments/production.ts", /export default .*/, ""],
  ["config/environments/production.ts", /domain: .*\n/, "domain: thatIsNowhere,\n"],
  ["config/versions.ts", /kubernetes: .*/, "kubernetes:: 1"],
  ["constructs/labels.ts", /export function selectorLabels/, "export function ((("],
  ["checks/policy/image-latest.ts", /export default .*/, "const nothing = ({"],
])("a slip in %s (%s) is refused as input, with the file", async (file, pattern, replacement) => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  const path = join(checkout.path, file);
  writeFileSync(path, readFileSync(path, "utf8").replace(pattern, replacement));
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(stderr).toContain(file.replace(/^.*?\//, ""));
  expect(stderr).not.toContain("bug of this project");
  expect(stderr).not.toContain("    at ");
  expect(exitCode).toBe(2);
  expect(checkout.rendered()).toEqual(committed);
});

test.each([
  ["is no app", "export default null;", "has no app as its default export"],
  ["is a promise", "export default Promise.resolve({ name: 'planted' });", "planted.ts: name: nothing found"],
  [
    "lacks a field",
    "export default { name: 'planted', namespace: 'chat-app', summary: 'x', render() {} };",
    "planted.ts: dependsOn: nothing found",
  ],
  [
    "has a misspelt field",
    "export default { name: 'planted', namespace: 'chat-app', summary: 'x', dependsOn: [], flow: () => [], render() {} };",
    "planted.ts: flow: unknown field",
  ],
  [
    "has neither render nor helm",
    "export default { name: 'planted', namespace: 'chat-app', summary: 'x', dependsOn: [] };",
    "either `render` or `helm`",
  ],
  [
    "renders asynchronously",
    "export default { name: 'planted', namespace: 'chat-app', summary: 'x', dependsOn: [], async render() { throw new Error('late') } };",
    "planted.ts gives a promise",
  ],
  [
    "has flows that throw",
    "export default { name: 'planted', namespace: 'chat-app', summary: 'x', dependsOn: [], flows() { throw new Error('no flows') }, render() {} };",
    "threw while production was rendered: no flows",
  ],
  [
    "takes an unpinned chart",
    "export default { name: 'planted', namespace: 'chat-app', summary: 'x', dependsOn: [], helm: () => ({ chart: 'nowhere', releaseName: 'x', values: {}, workloads: [], creates: { clusterKinds: [], namespacedKinds: [] } }) };",
    'takes the chart "nowhere", which config/versions.ts does not pin',
  ],
])("a chart that %s is refused as input", async (_, text, message) => {
  using checkout = createCheckout();
  writeFileSync(join(checkout.path, "charts", "planted.ts"), text);
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain("    at ");
  expect(exitCode).toBe(2);
});

test("an environment that is in no list is refused: it would silently not exist", async () => {
  using checkout = createCheckout();
  const folder = join(checkout.path, "config/environments");
  writeFileSync(join(folder, "staging.ts"), readFileSync(join(folder, "production.ts")));
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("config/environments/staging.ts is not in the list");
});

test("check prints what the type checker says of a chart that cannot be rendered", async () => {
  using checkout = createCheckout();
  plant(checkout, "nowhere();");
  const { exitCode, stderr } = await checkout.run(["check"]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/charts\/planted\.ts\(\d+,\d+\): error TS2304/);
  expect(stderr).toMatch(/charts\/planted\.ts:\d+ threw/);
});

test("an app whose name is not its file's is refused", async () => {
  using checkout = createCheckout();
  writeFileSync(join(checkout.path, "charts", "other.ts"), readFileSync(join(checkout.path, "charts", "redis.ts")));
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('charts/other.ts declares the app "redis"');
});

test("a finding is printed with rule, place and remedy, and dist stays", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  plant(
    checkout,
    `new KubeConfigMap(chart, "wrong", { metadata: { name: "wrong" }, dta: {} } as never); new KubeConfigMap(chart, "bad", { metadata: { name: "bad" }, data: { a: 1 as never } });`,
  );
  const { exitCode, stderr, stdout } = await checkout.run(["synth"]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("error schema: v1 ConfigMap chat-app/bad");
  expect(stderr).toContain("from charts/planted.ts (planted/bad)");
  expect(stderr).toContain("remedy:");
  expect(stdout).toBe("");
  expect(checkout.rendered()).toEqual(committed);
});

test("wrong configuration names field, found and allowed", async () => {
  using checkout = createCheckout();
  const file = join(checkout.path, "config/environments/production.ts");
  writeFileSync(
    file,
    readFileSync(file, "utf8").replace('location: "hel1"', 'location: "hel9"').replace("domain:", "domian:"),
  );
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('config/environments/production.ts: hetzner.location: found "hel9"; allowed: "fsn1"');
  expect(stderr).toContain("config/environments/production.ts: domian: unknown field");
  expect(stderr).not.toContain("    at ");
});

test("an unknown command or option is usage, with what is allowed", async () => {
  using checkout = createCheckout();
  expect(await checkout.run(["sinth"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("Commands: synth, check"),
  });
  expect(await checkout.run(["synth", "--wach"])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining("--watch"),
  });
});

test("a disk that refuses is the outside world: exit 3, and dist stays", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  plant(checkout, "");
  // The kernel refuses every write of a byte, as on a full disk.
  const { exitCode, stderr } = await checkout.run(["synth"], {
    before: "ulimit -f 0;",
    variables: { NODE_DISABLE_COMPILE_CACHE: "1" },
  });
  expect(stderr).toContain("could not be written");
  expect(exitCode).toBe(3);
  expect(checkout.rendered()).toEqual(committed);
  expect(readdirSync(checkout.path).filter((name) => name.startsWith(".dist-"))).toEqual([]);
});

test("a read-only checkout is the outside world: exit 3, and dist stays", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  plant(checkout, "");
  chmodSync(checkout.path, 0o555);
  const nobody = 65534;
  const { exitCode, stderr } = await checkout.run(["synth"], process.getuid?.() === 0 ? { id: nobody } : {});
  chmodSync(checkout.path, 0o755);
  expect(stderr).toContain("could not be written");
  expect(exitCode).toBe(3);
  expect(checkout.rendered()).toEqual(committed);
});

test("a link in dist is replaced, and what it points at is not touched", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  const outside = join(checkout.path, "outside");
  mkdirSync(outside);
  writeFileSync(join(outside, "precious"), "kept");
  const app = join(checkout.path, "dist/production/redis");
  rmSync(app, { recursive: true });
  symlinkSync(outside, app);
  const { exitCode } = await checkout.run(["synth"]);
  expect(exitCode).toBe(0);
  expect(checkout.rendered()).toEqual(committed);
  expect(lstatSync(app).isSymbolicLink()).toBe(false);
  expect(readdirSync(outside)).toEqual(["precious"]);
});

test("a dist that is itself a link is refused", async () => {
  using checkout = createCheckout();
  const outside = join(checkout.path, "outside");
  execFileSync("mv", [join(checkout.path, "dist"), outside]);
  symlinkSync(outside, join(checkout.path, "dist"));
  const { exitCode, stderr } = await checkout.run(["synth"]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("dist is a symbolic link");
  expect(existsSync(join(outside, "production"))).toBe(true);
});

test("Ctrl-C ends with 130 and leaves dist as it was", async () => {
  using checkout = createCheckout();
  const committed = checkout.rendered();
  plant(
    checkout,
    `process.stdout.write("rendering"); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1500);`,
  );
  const { exitCode, stderr } = await checkout.run(["synth"], {
    started: (pid) => setTimeout(() => process.kill(pid, "SIGINT"), 1000),
  });
  expect(exitCode).toBe(130);
  expect(stderr).toContain("Interrupted; nothing in the checkout was changed.");
  expect(checkout.rendered()).toEqual(committed);
});

test("check says which files are stale, and changes nothing", async () => {
  using checkout = createCheckout();
  const path = first(checkout.rendered(), "Deployment.chat-app");
  const edited = `${checkout.rendered().get(path)}# edited by hand\n`;
  writeFileSync(join(checkout.path, path), edited);
  const { exitCode, stdout } = await checkout.run(["check", "--json"]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ clean: false, stale: [path] });
  expect(readFileSync(join(checkout.path, path), "utf8")).toBe(edited);
});
