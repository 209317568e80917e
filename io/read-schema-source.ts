import { type Dirent, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { UserError } from "../config/user-error.ts";
import type { SchemaSource } from "../importer/source.ts";

const releaseName = /^(?<name>[a-z][a-z0-9.-]*?)-v?(?<version>\d+\.\d+\.\d+.*)$/;
const timeoutMs = 30_000;

/**
 * The sources at a place: an API server's URL, one release's folder (`<name>-v<version>`, with CRD manifests or a saved
 * /openapi/v2 in it), or a folder of such folders. Throws a UserError: exit code 2 for a place that holds something
 * else, 3 for one that does not answer.
 */
export async function readSchemaSource(from: string, signal: AbortSignal): Promise<SchemaSource[]> {
  if (/^https?:\/\//.test(from)) return [await readApiServer(from, signal)];
  const folder = resolve(from);
  const entries = listFolder(folder, from);
  if (releaseName.test(basename(folder))) return [readRelease(folder, entries)];
  const releases = entries.filter((entry) => entry.isDirectory() && releaseName.test(entry.name));
  if (releases.length === 0) {
    throw new UserError(`${from} is not named after a release, and no folder in it is.`, {
      remedy: "Name a folder after the release whose files it holds, such as argo-cd-v3.5.3. Nothing was changed.",
    });
  }
  return releases.map(({ name }) => readRelease(join(folder, name), listFolder(join(folder, name), name)));
}

function listFolder(folder: string, shownAs: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    throw new UserError(`${shownAs} cannot be read as a folder: ${error instanceof Error ? error.message : error}.`, {
      remedy: "Give a folder of CRD manifests, or the URL of an API server. Nothing was changed.",
    });
  }
}

function readRelease(folder: string, entries: readonly Dirent[]): SchemaSource {
  const label = basename(folder);
  const { name = label, version = "" } = releaseName.exec(label)?.groups ?? {};
  const read = (extension: RegExp): SchemaSource["files"] =>
    entries
      .filter((entry) => entry.isFile() && extension.test(entry.name))
      .map((entry) => ({ name: entry.name, text: readFileSync(join(folder, entry.name), "utf8") }));
  const manifests = read(/\.ya?ml$/);
  if (manifests.length > 0) return { name, version, label, format: "crds", files: manifests };
  const documents = read(/\.json$/);
  if (documents.length === 1) return { name, version, label, format: "openapi", files: documents };
  throw new UserError(`${label} holds neither *.yaml manifests nor one *.json file.`, {
    remedy: "Put the CRD manifests of the release in it, or what /openapi/v2 answered. Nothing was changed.",
  });
}

async function readApiServer(from: string, signal: AbortSignal): Promise<SchemaSource> {
  if (!URL.canParse(from)) {
    throw new UserError(`${from} is not a URL.`, {
      remedy: "Give one such as http://127.0.0.1:8001. Nothing was changed.",
    });
  }
  const { origin, pathname } = new URL(from);
  const server = `${origin}${pathname.replace(/\/(openapi\/v2\/?)?$/, "")}`;
  const label = `${server}/openapi/v2`;
  const text = await download(label, signal);
  const version = parseVersion(`${server}/version`, await download(`${server}/version`, signal));
  return { name: "kubernetes", version, label, format: "openapi", files: [{ name: "openapi.json", text }] };
}

function parseVersion(url: string, text: string): string {
  const version = /"gitVersion":\s*"v([^"]+)"/.exec(text)?.[1];
  if (version !== undefined) return version;
  throw new UserError(`${url} does not tell the version of a Kubernetes API server.`, {
    remedy: "Give the URL of an API server. CRDs are imported from a folder. Nothing was changed.",
  });
}

async function download(url: string, signal: AbortSignal): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]) });
    if (!response.ok) throw new Error(`it answered ${response.status} ${response.statusText}`);
    return await response.text();
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new UserError(`${url} could not be read: ${cause instanceof Error ? cause.message : cause}.`, {
      remedy:
        "`kubectl proxy` gives an API server's documents on http://127.0.0.1:8001, without a login. Nothing was changed.",
      exitCode: 3,
    });
  }
}
