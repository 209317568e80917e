import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** The files of a TUF repository by path, and the root metadata from which a client trusts it. */
export interface TufRepository {
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * A repository that publishes one file, with one key for all roles.
 * The format: https://theupdateframework.github.io/specification/latest/
 */
export function createTufRepository(name: string, content: string, expires: Date): TufRepository {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const rawKey = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url").toString("hex");
  const key = { keytype: "ed25519", scheme: "ed25519", keyval: { public: rawKey } };
  const keyid = sha256(canonical(key));
  const common = { spec_version: "1.0.31", version: 1, expires: `${expires.toISOString().slice(0, 19)}Z` };
  const signed = (body: object) => {
    const whole = { ...common, ...body };
    const sig = sign(null, Buffer.from(canonical(whole)), privateKey).toString("hex");
    return JSON.stringify({ signatures: [{ keyid, sig }], signed: whole });
  };
  const role = { keyids: [keyid], threshold: 1 };
  const root = signed({
    _type: "root",
    consistent_snapshot: true,
    keys: { [keyid]: key },
    roles: { root: role, timestamp: role, snapshot: role, targets: role },
  });
  const hash = sha256(content);
  const target = { length: Buffer.byteLength(content), hashes: { sha256: hash } };
  const files = new Map([
    ["/1.root.json", root],
    ["/timestamp.json", signed({ _type: "timestamp", meta: { "snapshot.json": { version: 1 } } })],
    ["/1.snapshot.json", signed({ _type: "snapshot", meta: { "targets.json": { version: 1 } } })],
    ["/1.targets.json", signed({ _type: "targets", targets: { [name]: target } })],
    [`/targets/${hash}.${name}`, content],
  ]);
  return { root, files };
}

/** The text that is signed: keys in order, no spaces. */
function canonical(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${canonical(one)}`).join(",")}}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
