import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import type { RequestHandler } from "express";
import { contextOf } from "./context.ts";
import { RequestError } from "./errors.ts";

const typeByExtension: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".ico": "image/x-icon",
};

interface PageFile {
  readonly bytes: Buffer;
  readonly type: string;
  readonly etag: string;
}

/** The page's files by path. */
export type Page = ReadonlyMap<string, PageFile>;

/**
 * Reads the page, which is small, once: a request can then name no file but these. Other kinds of files are left out.
 *
 * @param folder with an `index.html`
 */
export function readPage(folder: string): Page {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const page = new Map<string, PageFile>();
  for (const file of files) {
    const type = typeByExtension[extname(file)];
    if (type === undefined) continue;
    const bytes = readFileSync(file);
    // Of the content: an image is built with one time stamp for all files, and two versions can be of one size.
    const etag = `"${createHash("sha256").update(bytes).digest("base64url")}"`;
    page.set(`/${relative(folder, file)}`, { bytes, type, etag });
  }
  const index = page.get("/index.html");
  if (index !== undefined) page.set("/", index);
  return page;
}

/** Serves the page's files and nothing in their place: a path that is not there must not look as if it were. */
export const servePage =
  (page: Page): RequestHandler =>
  (request, response, next) => {
    const file = page.get(request.path);
    if (file === undefined) {
      next();
      return;
    }
    contextOf(response).route = "page";
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.set("allow", "GET, HEAD");
      throw new RequestError("method_not_allowed");
    }
    // Names stay the same from version to version, so a browser asks each time; mostly the answer is 304.
    response.set({ "content-type": file.type, etag: file.etag, "cache-control": "no-cache" }).send(file.bytes);
  };
