import { toTrustMaterial } from "@sigstore/verify";
import { beforeAll, expect, test } from "vitest";
import type { Expectation } from "../bump/attestation-policy.ts";
import { type AttestOptions, createSigstore, provenanceOf, type Sigstore } from "../test/sigstore.ts";
import { findBundleFaults } from "./verify-attestation.ts";

const revision = "a".repeat(40);
const expected: Expectation = {
  builder: { repository: "https://github.com/owner/name", workflow: ".github/workflows/image.yml", branch: "main" },
  release: { tag: `main-${revision}`, digest: `sha256:${"b".repeat(64)}`, revision, runNumber: 7 },
};
const workflow = "https://github.com/owner/name/.github/workflows/image.yml@refs/heads/main";

let sigstore: Sigstore;
beforeAll(async () => {
  sigstore = await createSigstore();
});
const faultsOf = (bundle: unknown, wanted = expected) =>
  findBundleFaults(bundle, toTrustMaterial(sigstore.trustRoot), wanted);

test("the provenance that our workflow signed verifies", async () => {
  expect(faultsOf(await sigstore.attest(expected))).toEqual([]);
});

// A length above 127 is written in another form.
test("names of any length are read from the certificate", async () => {
  for (const length of [60, 130, 300]) {
    const repository = `https://github.com/${"o".repeat(length)}/name`;
    const wanted = { ...expected, builder: { ...expected.builder, repository } };
    expect(faultsOf(await sigstore.attest(wanted), wanted)).toEqual([]);
  }
});

const other = { digest: `sha256:${"c".repeat(64)}`, workflow: workflow.replace("image.yml", "other.yml") };
test.each<readonly [string, AttestOptions, RegExp]>([
  ["another repository", { claims: { 12: "https://github.com/thief/name" } }, /its repository is .*thief/],
  ["another workflow", { claims: { 9: other.workflow, 18: other.workflow } }, /its subject is .*other\.yml/],
  [
    "another branch",
    { claims: { 14: "refs/heads/x", 9: workflow.replace("main", "x") } },
    /its branch is refs\/heads\/x/,
  ],
  ["another subject", { subject: other.workflow }, /its subject is .*other\.yml/],
  ["another image", { statement: provenanceOf(other.digest) }, /another image/],
  ["another predicate", { statement: provenanceOf(expected.release.digest, "https://spdx.dev/Document/v2.3") }, /spdx/],
  ["another payload", { payloadType: "application/json" }, /application\/json/],
  ["a certificate that had expired", { issuedAt: new Date(Date.now() - 3_600_000) }, /certificate/],
  ["a certificate from the future", { issuedAt: new Date(Date.now() + 3_600_000) }, /certificate/],
  ["no entry in the log", { unlogged: true }, /timestamps/],
])("what is signed with %s is refused", async (_name, options, fault) => {
  expect(faultsOf(await sigstore.attest(expected, options)).join("\n")).toMatch(fault);
});

test("a bundle of another Sigstore is refused", async () => {
  const stranger = await createSigstore();
  expect(faultsOf(await stranger.attest(expected)).join()).toContain("does not verify");
});

/** The same bundle with one value replaced; the path names it. */
function altered(bundle: Record<string, unknown>, path: string, change: (value: never) => unknown) {
  const copy = structuredClone(bundle);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const holder = keys.reduce<Record<string, unknown>>((one, key) => one[key] as Record<string, unknown>, copy);
  if (!(last in holder)) throw new Error(`a bundle has no ${path}`);
  holder[last] = change(holder[last] as never);
  return copy;
}
const flip = (base64: string) => {
  const bytes = Buffer.from(base64, "base64");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  return bytes.toString("base64");
};
const entry = "verificationMaterial.tlogEntries.0";

test.each([
  ["dsseEnvelope.payload", () => Buffer.from(JSON.stringify(provenanceOf(other.digest))).toString("base64")],
  ["dsseEnvelope.payloadType", () => "application/vnd.in-toto+json "],
  ["dsseEnvelope.signatures.0.sig", flip],
  ["dsseEnvelope.signatures", () => []],
  ["verificationMaterial.certificate.rawBytes", flip],
  ["verificationMaterial.certificate.rawBytes", () => ""],
  ["verificationMaterial.certificate.rawBytes", () => "MIIB"],
  [`${entry}.inclusionPromise.signedEntryTimestamp`, flip],
  [`${entry}.inclusionPromise`, () => undefined],
  [`${entry}.inclusionProof`, () => undefined],
  [`${entry}.inclusionProof`, (proof: object) => ({ ...proof, logIndex: "1" })],
  [`${entry}.inclusionProof.checkpoint.envelope`, (note: string) => note.replace("\n1\n", "\n2\n")],
  [`${entry}.integratedTime`, (seconds: string) => String(Number(seconds) + 1)],
  [`${entry}.logId.keyId`, flip],
  [`${entry}.canonicalizedBody`, flip],
  ["verificationMaterial.tlogEntries", () => []],
  ["mediaType", () => "application/json"],
])("a bundle with its %s altered is refused", async (path, change) => {
  const bundle = await sigstore.attest(expected);
  expect(faultsOf(altered(bundle, path, change)).join()).toContain("does not verify");
});

test("a bundle that names a key in place of a certificate is refused", async () => {
  const bundle = await sigstore.attest(expected);
  const { tlogEntries } = bundle.verificationMaterial as { tlogEntries: unknown };
  const keyed = { ...bundle, verificationMaterial: { publicKey: { hint: "mine" }, tlogEntries } };
  expect(faultsOf(keyed)).toEqual(["it does not verify: key not found: mine"]);
});

// The signature is good, the certificate too; they do not belong together.
test("a bundle with the certificate and log entry of another one is refused", async () => {
  const [one, two] = [await sigstore.attest(expected), await sigstore.attest(expected)];
  expect(faultsOf({ ...one, verificationMaterial: two.verificationMaterial }).join()).toContain("does not verify");
});

test.each([undefined, null, 7, "bundle", [], {}, { mediaType: {} }, { dsseEnvelope: null }])(
  "%j is refused",
  (bundle) => {
    expect(faultsOf(bundle).join()).toContain("does not verify");
  },
);

test("a signature of bytes is no attestation", async () => {
  const { mediaType, verificationMaterial } = await sigstore.attest(expected);
  const messageSignature = { messageDigest: { algorithm: "SHA2_256", digest: "AAAA" }, signature: "AAAA" };
  expect(faultsOf({ mediaType, verificationMaterial, messageSignature })).toEqual([
    "it does not verify: it signs bytes, not a statement",
  ]);
});
