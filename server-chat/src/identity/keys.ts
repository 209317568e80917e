import { createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import type { Log } from "../log.ts";

/** A key that signs tokens. */
export interface SigningKey {
  readonly kid: string;
  readonly secret: KeyObject;
  /** The first part of every token that this key signs. */
  readonly header: string;
}

/** The keys in force. All of them verify, the first one signs. */
export interface Keys {
  /** @throws KeysError when there is none */
  signing(): SigningKey;
  /** The key whose tokens begin like this. */
  withHeader(header: string): SigningKey | undefined;
  /** Undefined when there are keys, else why not. */
  missing(): string | undefined;
}

/** Keys that are read again while the server runs. */
export interface FileKeys extends Keys {
  /** Reads the file if it changed. One that is broken leaves the keys as they were. */
  reread(): Promise<void>;
  close(): void;
}

/** The keys cannot be used; the message never quotes the file. */
export class KeysError extends Error {}

/** 32 bytes: a key shorter than the digest weakens it (RFC 7518, 3.2). */
const leastBytes = 32;

const keySet = z.object({
  keys: z
    .array(
      z.object({
        kty: z.literal("oct"),
        kid: z.string().regex(/^[\w.-]{1,64}$/),
        k: z.base64url().refine((text) => Buffer.from(text, "base64url").length >= leastBytes, {
          error: `expected at least ${leastBytes} bytes`,
        }),
        alg: z.literal("HS256"),
      }),
    )
    .min(1)
    .refine((keys) => new Set(keys.map(({ kid }) => kid)).size === keys.length, { error: "expected kids that differ" }),
});

/** The protected header of our tokens. Only these bytes are accepted, so that no token can choose its algorithm. */
export const headerOf = (kid: string) => ({ alg: "HS256", kid, typ: "JWT" }) as const;

const toKey = (kid: string, bytes: Buffer): SigningKey => ({
  kid,
  secret: createSecretKey(bytes),
  header: Buffer.from(JSON.stringify(headerOf(kid))).toString("base64url"),
});

/**
 * Parses a JWK Set of symmetric keys (RFC 7517): `{"keys": [{"kty": "oct", "kid": "...", "k": "...", "alg": "HS256"}]}`.
 *
 * @throws KeysError
 */
export function parseKeys(text: string): readonly SigningKey[] {
  const read = keySet.safeParse(parseJson(text));
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => `${path.join(".") || "the set"}: ${message}`);
    throw new KeysError(problems.join("; "));
  }
  return read.data.keys.map(({ kid, k }) => toKey(kid, Buffer.from(k, "base64url")));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error of JSON.parse quotes the text.
    throw new KeysError("the file is not JSON");
  }
}

/** Keys of this process alone: what they signed is worth nothing after a restart or on another node. */
export function createEphemeralKeys(): Keys {
  const key = toKey(randomBytes(6).toString("hex"), randomBytes(leastBytes));
  return {
    signing: () => key,
    withHeader: (header) => (header === key.header ? key : undefined),
    missing: () => undefined,
  };
}

/**
 * Keys from a file that is read again every `rereadMs`. To rotate without refusing anybody: append the new key; when
 * all nodes have it, move it to the front; when the last token of the old one has ended, remove the old one.
 */
export function createFileKeys(path: string, { log, rereadMs = 10_000 }: { log: Log; rereadMs?: number }): FileKeys {
  let taken: string | undefined;
  let keys = new Map<string, SigningKey>();
  let problem: string | undefined;

  const take = (text: string) => {
    if (text !== taken) {
      keys = new Map(parseKeys(text).map((key) => [key.header, key]));
      taken = text;
      log.info({ kids: [...keys.values()].map(({ kid }) => kid) }, "signing keys read");
    }
    problem = undefined;
  };
  const complain = ({ message }: Error) => {
    if (message !== problem) log.error({ path, problem: message }, "signing keys cannot be read");
    problem = message;
  };
  try {
    take(readFileSync(path, "utf8"));
  } catch (error) {
    complain(error as Error);
  }
  const reread = async () => {
    try {
      take(await readFile(path, "utf8"));
    } catch (error) {
      complain(error as Error);
    }
  };
  const timer = setInterval(reread, rereadMs).unref();

  const first = () => keys.values().next().value;
  return {
    signing() {
      const key = first();
      if (key === undefined) throw new KeysError(problem);
      return key;
    },
    withHeader: (header) => keys.get(header),
    missing: () => (keys.size === 0 ? problem : undefined),
    reread,
    close: () => clearInterval(timer),
  };
}
