import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TrustedRoot } from "@sigstore/protobuf-specs";
import { createRemote, type Remote } from "../../git-remote.ts";
import { root } from "../../production.ts";
import { workflow } from "../workflows.ts";

/** The module that reads Sigstore's keys, with those of a test in their place. */
const trustRootOfTheTest = `import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TrustedRoot } from "@sigstore/protobuf-specs";

export async function readTrustRoot(): Promise<TrustedRoot> {
  return TrustedRoot.fromJSON(JSON.parse(readFileSync(join(import.meta.dirname, "trust-root.txt"), "utf8")));
}
`;

/**
 * Changes a checkout of the platform for a run of update-image.yml on this machine: the record names a registry on it, and
 * the module that reads Sigstore's keys reads the test's. It takes a commit: no option, no variable and no event could do
 * either. What is rendered from the record is the caller's to synthesise.
 */
export function placeStandIns(checkout: string, image: string, trustRoot: TrustedRoot): void {
  const write = (path: string, text: string) => writeFileSync(join(checkout, path), text);
  write("config/images/server-chat.json", `${JSON.stringify({ repository: image, release: null }, null, 2)}\n`);
  write("io/trust-root.ts", trustRootOfTheTest);
  write("io/trust-root.txt", JSON.stringify(TrustedRoot.toJSON(trustRoot)));
  rmSync(join(checkout, "io/trust-root.test.ts"));
  // act refuses a key that GitHub knows since May 2026 (nektos/act v0.2.87, pkg/model/workflow.go).
  write(".github/workflows/update-image.yml", workflow("update-image").text.replace("  queue: max\n", ""));
}

/** A remote whose only commit is the last one of this checkout, with the stand-ins in place. */
export function createPlatformRemote(image: string, trustRoot: TrustedRoot): Remote {
  return createRemote((clone) => {
    const files = execFileSync("git", ["archive", "HEAD"], { cwd: root, maxBuffer: 2 ** 30 });
    execFileSync("tar", ["-x"], { cwd: clone, input: files });
    placeStandIns(clone, image, trustRoot);
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
    execFileSync(process.execPath, ["cli/start.js", "synth"], { cwd: clone, stdio: "pipe" });
    rmSync(join(clone, "node_modules"));
  });
}
