import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Signing keys as the server reads them: a JWK Set whose first key signs, and all of which verify. */
export const formatNewKeys = (): string =>
  JSON.stringify({
    keys: [{ kty: "oct", kid: randomBytes(6).toString("hex"), k: randomBytes(32).toString("base64url"), alg: "HS256" }],
  });

/**
 * Makes the two secrets of `compose.yaml`, and keeps those that are there. Only the owner gets into the folder; the
 * files themselves are readable, because the containers' users are others than the owner.
 */
export function writeSecrets(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const contents = { "redis-password": randomBytes(32).toString("hex"), "keys.json": formatNewKeys() };
  for (const [name, content] of Object.entries(contents)) {
    const path = join(folder, name);
    if (!existsSync(path)) writeFileSync(path, content, { mode: 0o444 });
  }
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) {
    process.stderr.write("usage: secrets.ts <folder>\n");
    process.exit(2);
  }
  writeSecrets(folder);
}
