import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { bundleToJSON, toDSSEBundle } from "@sigstore/bundle";
import { initializeCA, initializeCTLog, initializeTLog } from "@sigstore/mock";
import {
  HashAlgorithm,
  PublicKeyDetails,
  type TransparencyLogInstance,
  type TrustedRoot,
} from "@sigstore/protobuf-specs";
import type { Expectation } from "../bump/attestation-policy.ts";

const logUrl = "https://rekor.example.org";
/** What GitHub's token says of a run, by the number of Fulcio's extension for it. */
export type Claims = Readonly<Record<number, string>>;

export interface AttestOptions {
  /** Other values than those of our own image workflow. */
  readonly claims?: Claims;
  readonly subject?: string;
  readonly statement?: object;
  readonly payloadType?: string;
  /** When the certificate was issued; it is valid for ten minutes. The log sees the signature now. */
  readonly issuedAt?: Date;
  /** Leaves out the transparency log. */
  readonly unlogged?: boolean;
}

/** A Sigstore of its own: certificate authority, certificate log, transparency log, and the trust root that knows them. */
export interface Sigstore {
  readonly trustRoot: TrustedRoot;
  /** A bundle as JSON: the provenance of a release, or whatever else the options say. */
  readonly attest: (expected: Expectation, options?: AttestOptions) => Promise<Record<string, unknown>>;
}

export async function createSigstore(): Promise<Sigstore> {
  const authorityKeys = createKeys();
  const certificateLogKeys = createKeys();
  const log = await initializeTLog(logUrl, createKeys());
  const authority = await initializeCA(authorityKeys, await initializeCTLog(certificateLogKeys));
  const always = { start: new Date(0) };

  const trustLog = (publicKey: Buffer, baseUrl: string): TransparencyLogInstance => ({
    baseUrl,
    hashAlgorithm: HashAlgorithm.SHA2_256,
    publicKey: { rawBytes: publicKey, keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256, validFor: always },
    logId: { keyId: createHash("sha256").update(publicKey).digest() },
    checkpointKeyId: undefined,
    operator: "",
  });
  const certificateLogKey = certificateLogKeys.publicKey.export({ format: "der", type: "spki" });
  const root = Buffer.from(authority.rootCertificate.buffer);
  const trustRoot: TrustedRoot = {
    mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
    tlogs: [trustLog(log.publicKey, logUrl)],
    ctlogs: [trustLog(certificateLogKey, "https://ctfe.example.org")],
    certificateAuthorities: [
      {
        subject: undefined,
        uri: "",
        certChain: { certificates: [{ rawBytes: root }] },
        validFor: always,
        operator: "",
      },
    ],
    timestampAuthorities: [],
  };

  return {
    trustRoot,
    attest: async (expected, options = {}) => {
      const { claims = {}, issuedAt = new Date(), payloadType = "application/vnd.in-toto+json" } = options;
      const ours = claimsOf(expected);
      const payload = Buffer.from(JSON.stringify(options.statement ?? provenanceOf(expected.release.digest)));
      const { publicKey, privateKey } = createKeys();
      const issuer = await initializeCA(authorityKeys, await initializeCTLog(certificateLogKeys, issuedAt), issuedAt);
      const certificate = await issuer.issueCertificate({
        publicKey: publicKey.export({ format: "der", type: "spki" }),
        subjectAltName: options.subject ?? claims[9] ?? ours[9],
        extensions: Object.entries({ ...ours, ...claims }).map(([number, value]) => ({
          oid: `1.3.6.1.4.1.57264.1.${number}`,
          value,
        })),
      });
      const signed = Buffer.concat([
        Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `),
        payload,
      ]);
      const signature = sign("sha256", signed, privateKey);
      const bundle = toDSSEBundle({
        artifact: payload,
        artifactType: payloadType,
        signature,
        certificate: Buffer.from(certificate.buffer),
      });
      if (options.unlogged !== true) {
        const entry = {
          apiVersion: "0.0.1",
          kind: "dsse",
          spec: {
            payloadHash: { algorithm: "sha256", value: createHash("sha256").update(payload).digest("hex") },
            signatures: [{ signature: signature.toString("base64"), verifier: "" }],
          },
        };
        bundle.verificationMaterial.tlogEntries.push(await record(log, entry));
      }
      return bundleToJSON(bundle) as unknown as Record<string, unknown>;
    },
  };
}

/** What a run of our image workflow on a commit states. */
function claimsOf({ builder, release }: Expectation) {
  const workflow = `${builder.repository}/${builder.workflow}@refs/heads/${builder.branch}`;
  return {
    8: "https://token.actions.githubusercontent.com",
    9: workflow,
    10: release.revision,
    11: "github-hosted",
    12: builder.repository,
    13: release.revision,
    14: `refs/heads/${builder.branch}`,
    18: workflow,
    19: release.revision,
    20: "push",
    21: `${builder.repository}/actions/runs/1/attempts/1`,
  } as const;
}

/** A statement about an image; its predicate is not read. */
export function provenanceOf(digest: string, predicateType = "https://slsa.dev/provenance/v1"): object {
  return {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "registry.example.org/owner/server-chat", digest: { sha256: digest.slice("sha256:".length) } }],
    predicateType,
    predicate: {},
  };
}

/** Records an entry, and gives it in the form that a bundle holds. */
async function record(log: Awaited<ReturnType<typeof initializeTLog>>, proposed: object) {
  const [entry] = Object.values(await log.log(proposed)) as LogEntry[];
  if (entry === undefined) throw new Error("the log recorded nothing");
  const { inclusionProof, signedEntryTimestamp } = entry.verification;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, "hex") },
    kindVersion: { kind: "dsse", version: "0.0.1" },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp: Buffer.from(signedEntryTimestamp, "base64") },
    inclusionProof: {
      logIndex: String(inclusionProof.logIndex),
      treeSize: String(inclusionProof.treeSize),
      rootHash: Buffer.from(inclusionProof.rootHash, "hex"),
      hashes: inclusionProof.hashes.map((hash) => Buffer.from(hash, "hex")),
      checkpoint: { envelope: inclusionProof.checkpoint },
    },
    canonicalizedBody: Buffer.from(entry.body, "base64"),
  };
}

/** An answer of Rekor's API, version 1. */
interface LogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly signedEntryTimestamp: string;
    readonly inclusionProof: {
      readonly logIndex: number;
      readonly treeSize: number;
      readonly rootHash: string;
      readonly hashes: readonly string[];
      readonly checkpoint: string;
    };
  };
}

function createKeys() {
  return generateKeyPairSync("ec", { namedCurve: "prime256v1" });
}
