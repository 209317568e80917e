import { bundleFromJSON, isBundleWithDsseEnvelope } from "@sigstore/bundle";
import { type Signer as SigstoreSigner, type TrustMaterial, toSignedEntity, Verifier } from "@sigstore/verify";
import { type Attestation, type Expectation, findAttestationFaults, type Signer } from "../bump/attestation-policy.ts";

/**
 * Why a Sigstore bundle does not prove that our builder made the release; empty if it does. Verified are, in this order:
 * the time of signing by the log's signature, the certificate against the trusted authorities at that time and in the
 * certificate log, the entry in the transparency log, the signature, then our policy.
 */
export function findBundleFaults(bundle: unknown, trust: TrustMaterial, expected: Expectation): string[] {
  let attestation: Attestation;
  try {
    attestation = readVerified(bundle, trust);
  } catch (error) {
    // A bundle is a stranger's input: whatever a parser dislikes in it is a reason to refuse it.
    return [`it does not verify: ${error instanceof Error ? error.message : error}`];
  }
  return findAttestationFaults(attestation, expected);
}

function readVerified(json: unknown, trust: TrustMaterial): Attestation {
  const bundle = bundleFromJSON(json);
  if (!isBundleWithDsseEnvelope(bundle)) throw new Error("it signs bytes, not a statement");
  const thresholds = { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: 1 };
  const signer = new Verifier(trust, thresholds).verify(toSignedEntity(bundle));
  const { payloadType, payload } = bundle.content.dsseEnvelope;
  return { signer: toSigner(signer), payloadType, payload: payload.toString() };
}

function toSigner({ identity }: SigstoreSigner): Signer {
  const extensions = (identity?.oids ?? []).flatMap(({ oid, value }) => {
    const text = decodeUtf8String(value);
    return oid === undefined || text === undefined ? [] : [[oid.id.join("."), text] as const];
  });
  return { subject: identity?.subjectAlternativeName, extensions: new Map(extensions) };
}

/** A DER-encoded UTF8String: tag, length (in one byte, or its size and then itself), text. Undefined for anything else. */
function decodeUtf8String(der: Uint8Array): string | undefined {
  const [tag, first = 0] = der;
  if (tag !== 0x0c) return undefined;
  const sizeBytes = first < 0x80 ? 0 : first & 0x7f;
  const length =
    sizeBytes === 0 ? first : Number.parseInt(Buffer.from(der.slice(2, 2 + sizeBytes)).toString("hex"), 16);
  const text = der.slice(2 + sizeBytes);
  return text.length === length ? Buffer.from(text).toString() : undefined;
}
