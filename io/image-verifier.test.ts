import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ReleasedImage } from "../bump/image-verifier.ts";
import { imageBuilder } from "../config/image-builder.ts";
import { UserError } from "../config/user-error.ts";
import { type DockerRegistry, missingRegistry, startDockerRegistry } from "../test/registry/docker-registry.ts";
import { startServer } from "../test/registry/front.ts";
import { attach, type PushedImage, pushImage } from "../test/registry/push-image.ts";
import { createSigstore, provenanceOf, type Sigstore } from "../test/sigstore.ts";
import { createImageVerifier } from "./image-verifier.ts";

const builder = imageBuilder({ repository: "https://github.com/owner/name.git", branch: "main" });
const signal = new AbortController().signal;
const refused = (message: string) => ({
  name: "UserError",
  exitCode: 2,
  message: expect.stringContaining(message),
});

describe.skipIf(missingRegistry !== undefined)(
  `an image in a real registry${missingRegistry ? ` (${missingRegistry})` : ""}`,
  () => {
    let docker: DockerRegistry;
    let sigstore: Sigstore;
    let images = 0;
    beforeAll(async () => {
      docker = await startDockerRegistry();
      sigstore = await createSigstore();
    });
    afterAll(() => docker.stop());

    const verify = (image: ReleasedImage, rollback = false) =>
      createImageVerifier({ builder, readTrustRoot: async () => sigstore.trustRoot, signal })(image, { rollback });
    const push = () => pushImage(docker, { path: `owner/image-${images++}` });
    const attest = (image: PushedImage, ...options: Parameters<Sigstore["attest"]>[1][]) =>
      Promise.all(options.map((one) => sigstore.attest({ builder, release: image.release }, one)));

    test("is accepted with its digest, its tag and our attestation", async () => {
      const image = await push();
      await attach(docker, image, await attest(image, {}));
      await expect(verify(image)).resolves.toBeUndefined();
    });

    // The pipeline itself attaches an SBOM and a signature beside the provenance, in any order.
    test("is accepted when one of many attestations is ours", async () => {
      const image = await push();
      const sbom = { statement: provenanceOf(image.release.digest, "https://spdx.dev/Document/v2.3") };
      const stranger = { claims: { 12: "https://github.com/thief/name" } };
      await attach(docker, image, ["no bundle", ...(await attest(image, sbom, stranger, {}, sbom))]);
      await expect(verify(image)).resolves.toBeUndefined();
    });

    test("is refused without an attestation", async () => {
      await expect(verify(await push())).rejects.toMatchObject(refused("carries no attestation"));
    });

    test("is refused when nothing attached to it is ours, and each reason is told", async () => {
      const image = await push();
      const bundles = await attest(
        image,
        { claims: { 14: "refs/heads/feature" } },
        { statement: provenanceOf(`sha256:${"1".repeat(64)}`) },
        { issuedAt: new Date(Date.now() - 3_600_000) },
        { unlogged: true },
      );
      await attach(docker, image, ["no bundle", ...bundles]);
      const error = await verify(image).catch((reason: unknown) => reason);
      if (!(error instanceof UserError)) throw error;
      expect(error).toMatchObject({ exitCode: 2 });
      const [, ...reasons] = error.message.split("\n");
      expect(reasons).toHaveLength(5);
      for (const reason of ["does not verify", "refs/heads/feature", "another image", "certificate", "timestamps"])
        expect(error.message).toContain(reason);
    });

    test("is refused with the attestation of another image of ours", async () => {
      const [image, another] = [await push(), await pushImage(docker, { content: "another" })];
      await attach(docker, image, await attest(another, {}));
      await expect(verify(image)).rejects.toMatchObject(refused("another image"));
    });

    test("is refused under a digest that the registry does not have", async () => {
      const image = await push();
      const digest = `sha256:${"0".repeat(64)}`;
      await expect(verify({ ...image, release: { ...image.release, digest } })).rejects.toMatchObject(
        refused("is not in the registry"),
      );
    });

    // A moved tag says that the event is not the last word on this commit.
    test("is refused when its tag names another image, or nothing", async () => {
      const image = await push();
      await attach(docker, image, await attest(image, {}));
      const moved = await pushImage(docker, { path: image.path, content: "moved" });
      await expect(verify(image)).rejects.toMatchObject(refused(moved.release.digest));
      const revision = "d".repeat(40);
      await expect(
        verify({ ...image, release: { ...image.release, revision, tag: `main-${revision}` } }),
      ).rejects.toMatchObject(refused("names, which is nothing"));
    });

    // Git says which digest ran; whoever pushes a tag again must not be able to take a release away.
    test("is accepted for a rollback although its tag names another image by now", async () => {
      const image = await push();
      await attach(docker, image, await attest(image, {}));
      await pushImage(docker, { path: image.path, content: "moved" });
      await expect(verify(image, true)).resolves.toBeUndefined();
    });

    test("is refused for a rollback, too, when it is gone, was built by another run, or is not ours", async () => {
      const image = await push();
      const { release } = image;
      const gone = { ...release, digest: `sha256:${"0".repeat(64)}` };
      await expect(verify({ ...image, release: gone }, true)).rejects.toMatchObject(refused("is not in the registry"));
      const other = { ...release, runNumber: release.runNumber + 1 };
      await expect(verify({ ...image, release: other }, true)).rejects.toMatchObject(refused("was built by run"));
      await expect(verify(image, true)).rejects.toMatchObject(refused("carries no attestation"));
    });

    // Under the tag of a commit that it was not built from, an old image with a known hole could pass for a new one.
    test("is refused under the tag of another commit, though attested", async () => {
      const image = await push();
      await attach(docker, image, await attest(image, { claims: { 13: "e".repeat(40) } }));
      await expect(verify(image)).rejects.toMatchObject(refused("its commit is"));
    });

    // With a number of the sender's choice, a forged event would turn all later releases into old ones.
    test("is refused with another run number than the one it was built by", async () => {
      const image = await push();
      await attach(docker, image, await attest(image, {}));
      await expect(
        verify({ ...image, release: { ...image.release, runNumber: Number.MAX_SAFE_INTEGER } }),
      ).rejects.toMatchObject(refused("was built by run 7, not by run 9007199254740991"));
    });

    test("is refused when a document larger than a provenance is all that is attached", async () => {
      const image = await push();
      await attach(docker, image, ["x".repeat(1024 * 1024)]);
      await expect(verify(image)).rejects.toMatchObject(refused("more than a provenance"));
    });

    test("is not judged without Sigstore's keys", async () => {
      const image = await push();
      await attach(docker, image, await attest(image, {}));
      const failure = new UserError("no keys", { remedy: "wait", exitCode: 3 });
      const verifyWithout = createImageVerifier({ builder, readTrustRoot: () => Promise.reject(failure), signal });
      await expect(verifyWithout(image, { rollback: false })).rejects.toBe(failure);
    });
  },
);

test("a registry that does not answer in time is the outside world's failure", async () => {
  const silent = await startServer(() => undefined);
  const revision = "a".repeat(40);
  const release = { tag: `main-${revision}`, digest: `sha256:${"0".repeat(64)}`, revision, runNumber: 1 };
  const readTrustRoot = () => Promise.reject(new Error("not asked for"));
  const verify = createImageVerifier({ builder, readTrustRoot, signal: AbortSignal.timeout(200) });
  const image = { repository: `${silent.host}/owner/name`, release };
  await expect(verify(image, { rollback: false })).rejects.toMatchObject({ exitCode: 3 });
  await silent.stop();
});
