import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why the tests on a real registry are skipped; undefined where it is installed. */
export const missingRegistry = findMissing();

function findMissing(): string | undefined {
  try {
    execFileSync("docker-registry", ["--version"], { stdio: "ignore" });
    return undefined;
  } catch {
    return "skipped: docker-registry is not installed, `apt-get install docker-registry`";
  }
}

/** Content to push: what it is, and its bytes. */
export interface Content {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** A registry of its own on a free port of this machine, with its content in a temporary folder. */
export interface DockerRegistry {
  /** Such as `127.0.0.1:41234`. */
  readonly host: string;
  readonly pushBlob: (repository: string, content: Content) => Promise<Descriptor>;
  /** Under a tag, or under its digest alone. */
  readonly pushManifest: (repository: string, mediaType: string, value: object, tag?: string) => Promise<Descriptor>;
  /** Replaces stored content by other bytes, as a broken disk or an intruder would. */
  readonly tamper: (digest: string, bytes: string) => void;
  readonly stop: () => Promise<void>;
}

export async function startDockerRegistry(): Promise<DockerRegistry> {
  const folder = mkdtempSync(join(tmpdir(), "registry-test-"));
  const settings = join(folder, "settings.yml");
  writeFileSync(
    settings,
    `version: 0.1
log: { accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: ${folder} } }
http: { addr: "127.0.0.1:0" }
`,
  );
  const child = spawn("docker-registry", ["serve", settings], { stdio: ["ignore", "ignore", "pipe"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  let log = "";
  const host = await new Promise<string>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`docker-registry ended: ${log}`)));
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString();
      const address = /listening on (127\.0\.0\.1:\d+)/.exec(log)?.[1];
      if (address !== undefined) resolve(address);
    });
  });

  return {
    host,
    pushBlob: (repository, content) => pushBlob(host, repository, content),
    pushManifest: async (repository, mediaType, value, tag) => {
      const bytes = Buffer.from(JSON.stringify(value));
      const digest = digestOf(bytes);
      await send(`http://${host}/v2/${repository}/manifests/${tag ?? digest}`, "PUT", mediaType, bytes);
      return { mediaType, digest, size: bytes.length };
    },
    tamper: (digest, bytes) => {
      const hex = digest.slice("sha256:".length);
      writeFileSync(join(folder, "docker/registry/v2/blobs/sha256", hex.slice(0, 2), hex, "data"), bytes);
    },
    stop,
  };
}

async function pushBlob(host: string, repository: string, { mediaType, bytes }: Content): Promise<Descriptor> {
  const digest = digestOf(bytes);
  const started = await send(`http://${host}/v2/${repository}/blobs/uploads/`, "POST", "application/octet-stream");
  const upload = new URL(started.headers.get("location") ?? "", `http://${host}`);
  upload.searchParams.set("digest", digest);
  await send(upload.href, "PUT", "application/octet-stream", bytes);
  return { mediaType, digest, size: bytes.length };
}

async function send(url: string, method: string, mediaType: string, body?: Buffer): Promise<Response> {
  const response = await fetch(url, { method, headers: { "content-type": mediaType }, body: body ?? null });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return response;
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
