import { z } from "zod";
import type { ImageBuilder } from "../config/image-builder.ts";
import type { Release } from "../config/release.ts";

/** What the signing certificate says of the run that signed. Fulcio copies it from GitHub's token, not from the run. */
export interface Signer {
  /** The URI in the subject alternative name. */
  readonly subject: string | undefined;
  /** Text of the certificate's extensions by object identifier. */
  readonly extensions: ReadonlyMap<string, string>;
}

/** A signed statement whose signature, certificate and log entry have been verified already. */
export interface Attestation {
  readonly signer: Signer;
  readonly payloadType: string;
  readonly payload: string;
}

/** Whose statement about which image is asked for. */
export interface Expectation {
  readonly builder: ImageBuilder;
  readonly release: Release;
}

const statementSchema = z.object({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  predicateType: z.string(),
  subject: z.array(z.object({ digest: z.record(z.string(), z.string()) })),
});

/** Why a verified attestation does not prove that our builder made the release; empty if it does. */
export function findAttestationFaults(attestation: Attestation, expected: Expectation): string[] {
  return [...findStatementFaults(attestation, expected.release), ...findSignerFaults(attestation.signer, expected)];
}

function findStatementFaults({ payloadType, payload }: Attestation, release: Release): string[] {
  if (payloadType !== "application/vnd.in-toto+json") return [`it signs ${payloadType}, not an in-toto statement`];
  const statement = statementSchema.safeParse(parseJson(payload));
  if (!statement.success) return ["what it signs is not an in-toto statement of version 1"];
  const { predicateType, subject } = statement.data;
  const faults = [];
  if (predicateType !== "https://slsa.dev/provenance/v1")
    faults.push(`its predicate is ${predicateType}, expected https://slsa.dev/provenance/v1`);
  if (!subject.some(({ digest }) => `sha256:${digest.sha256}` === release.digest))
    faults.push(`it speaks of another image than ${release.digest}`);
  return faults;
}

/**
 * The commit is compared too: an image may not be announced as the build of another commit of ours. Extensions:
 * https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
 */
function findSignerFaults(signer: Signer, { builder, release }: Expectation): string[] {
  const ref = `refs/heads/${builder.branch}`;
  const workflow = `${builder.repository}/${builder.workflow}@${ref}`;
  const extension = (number: number) => signer.extensions.get(`1.3.6.1.4.1.57264.1.${number}`);
  const facts: readonly { name: string; found: string | undefined; wanted: string }[] = [
    { name: "subject", found: signer.subject, wanted: workflow },
    { name: "issuer", found: extension(8), wanted: "https://token.actions.githubusercontent.com" },
    { name: "signing workflow", found: extension(9), wanted: workflow },
    { name: "runner", found: extension(11), wanted: "github-hosted" },
    { name: "repository", found: extension(12), wanted: builder.repository },
    { name: "commit", found: extension(13), wanted: release.revision },
    { name: "branch", found: extension(14), wanted: ref },
    // The file whose event started the run; it differs from the signing workflow when that one is called by another.
    { name: "started workflow", found: extension(18), wanted: workflow },
    // A pull_request_target run has the ref of the branch, too, but may build what a stranger proposes.
    { name: "trigger", found: extension(20), wanted: "push" },
  ];
  return facts
    .filter(({ found, wanted }) => found !== wanted)
    .map(({ name, found, wanted }) => `its ${name} is ${found ?? "not stated"}, expected ${wanted}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
