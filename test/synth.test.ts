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
import { createCheckout, plant, run } from "./checkout.ts";

const first = (files: ReadonlyMap<string, string>, part: string) =>
  [...files.keys()].find((path) => path.includes(part)) ?? "";

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
