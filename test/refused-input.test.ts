import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createCheckout, plant } from "./checkout.ts";

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

// The page sees a browser's globals and not Node's: without a project of its own nobody would check it.
test("check reads the types of the chat's page, too", async () => {
  using checkout = createCheckout();
  const path = join(checkout.path, "server-chat/web/planted.ts");
  writeFileSync(path, "export const id: number = document.title + process.pid;\n");
  const { exitCode, stderr } = await checkout.run(["check"]);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(/web\/planted\.ts\(1,\d+\): error TS2322/);
  expect(stderr).toMatch(/web\/planted\.ts\(1,\d+\): error TS\d+: Cannot find name 'process'/);
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
