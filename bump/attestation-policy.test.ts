import { expect, test } from "vitest";
import { type Attestation, type Expectation, findAttestationFaults } from "./attestation-policy.ts";

const revision = "a".repeat(40);
const hex = "b".repeat(64);
const expected: Expectation = {
  builder: { repository: "https://github.com/owner/name", workflow: ".github/workflows/image.yml", branch: "main" },
  release: { tag: `main-${revision}`, digest: `sha256:${hex}`, revision, runNumber: 7 },
};
const workflow = "https://github.com/owner/name/.github/workflows/image.yml@refs/heads/main";

/** As a run of the image workflow states it, but for some extensions, by the number that Fulcio gave them. */
function signerWith(changes: Readonly<Record<number, string | undefined>>, subject: string | undefined = workflow) {
  const ours: Record<number, string | undefined> = {
    8: "https://token.actions.githubusercontent.com",
    9: workflow,
    11: "github-hosted",
    12: "https://github.com/owner/name",
    13: revision,
    14: "refs/heads/main",
    18: workflow,
    20: "push",
  };
  const extensions = Object.entries({ ...ours, ...changes }).flatMap(([number, value]) =>
    value === undefined ? [] : [[`1.3.6.1.4.1.57264.1.${number}`, value] as const],
  );
  return { subject, extensions: new Map(extensions) };
}

const statement = {
  _type: "https://in-toto.io/Statement/v1",
  subject: [
    { name: "x", digest: { sha256: "0".repeat(64) } },
    { name: "y", digest: { sha256: hex } },
  ],
  predicateType: "https://slsa.dev/provenance/v1",
  predicate: {},
};
const good: Attestation = {
  signer: signerWith({}),
  payloadType: "application/vnd.in-toto+json",
  payload: JSON.stringify(statement),
};

test("a provenance of the image by our workflow has no fault", () => {
  expect(findAttestationFaults(good, expected)).toEqual([]);
});

// Each of these alone would let somebody else's build, or another build of ours, pass for the release.
test.each([
  ["another repository", { 12: "https://github.com/owner/name-2" }, /repository is .*name-2, expected .*owner\/name$/],
  ["the same repository in other letters", { 12: "https://github.com/Owner/name" }, /repository is/],
  ["another workflow", { 9: workflow.replace("image", "check") }, /signing workflow is .*check\.yml/],
  ["a workflow that calls ours", { 18: workflow.replace("image", "check") }, /started workflow is .*check\.yml/],
  ["another branch", { 14: "refs/heads/feature" }, /branch is refs\/heads\/feature/],
  ["a tag named like the branch", { 14: "refs/tags/main" }, /branch is refs\/tags\/main/],
  ["another commit", { 13: "c".repeat(40) }, /commit is c{40}, expected a{40}/],
  ["another issuer", { 8: "https://accounts.example.org" }, /issuer is/],
  ["a runner of somebody's own", { 11: "self-hosted" }, /runner is self-hosted/],
  ["a pull request's trigger", { 20: "pull_request_target" }, /trigger is pull_request_target/],
])("%s is a fault", (_name, changes, fault) => {
  const faults = findAttestationFaults({ ...good, signer: signerWith(changes) }, expected);
  expect(faults).toEqual([expect.stringMatching(fault)]);
});

test.each([8, 9, 11, 12, 13, 14, 18, 20])("a certificate without extension %i is refused", (number) => {
  const faults = findAttestationFaults({ ...good, signer: signerWith({ [number]: undefined }) }, expected);
  expect(faults).toEqual([expect.stringContaining("is not stated")]);
});

// The library matches patterns; the policy compares whole texts.
test.each([undefined, `${workflow}-2`, `x${workflow}`, workflow.replaceAll(".", "x")])(
  "the subject %s is refused",
  (subject) => {
    const signer = { ...signerWith({}), subject };
    expect(findAttestationFaults({ ...good, signer }, expected)).toEqual([expect.stringContaining("its subject is")]);
  },
);

test.each([
  ["no JSON", "{"],
  ["no statement", "null"],
  ["a statement of another version", JSON.stringify({ ...statement, _type: "https://in-toto.io/Statement/v0.1" })],
  ["a statement without subjects", JSON.stringify({ ...statement, subject: undefined })],
])("%s is refused", (_name, payload) => {
  const faults = findAttestationFaults({ ...good, payload }, expected);
  expect(faults).toEqual(["what it signs is not an in-toto statement of version 1"]);
});

test("another predicate, another image and another kind of payload are refused", () => {
  const faultsOf = (change: object) =>
    findAttestationFaults({ ...good, payload: JSON.stringify({ ...statement, ...change }) }, expected);
  expect(faultsOf({ predicateType: "https://spdx.dev/Document/v2.3" })).toEqual([expect.stringContaining("spdx")]);
  expect(faultsOf({ subject: [] })).toEqual([expect.stringContaining("another image")]);
  expect(faultsOf({ subject: [{ digest: { sha512: hex } }] })).toEqual([expect.stringContaining("another image")]);
  expect(findAttestationFaults({ ...good, payloadType: "text/plain" }, expected)).toEqual([
    expect.stringContaining("text/plain"),
  ]);
});
