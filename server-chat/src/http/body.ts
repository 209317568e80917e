import type { IncomingMessage } from "node:http";
import { limits } from "../protocol/limits.ts";
import { RequestError } from "./errors.ts";

/**
 * Reads the body, which must be one JSON object. Not by Express' parser: it guesses among encodings, puts U+FFFD in place
 * of what is not UTF-8, and refuses a body that is too large only after all of it has come.
 *
 * @throws RequestError
 */
export async function readObject(request: IncomingMessage): Promise<object> {
  const { headers } = request;
  if (!isJson(headers["content-type"]) || (headers["content-encoding"] ?? "identity") !== "identity") {
    throw new RequestError("unsupported_media_type");
  }
  if (Number(headers["content-length"] ?? 0) > limits.frameBytes) throw new RequestError("too_big");
  const value = parseJson(await readBytes(request));
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new RequestError("bad_json");
  return value;
}

/** @throws RequestError for a body where none belongs */
export function refuseBody({ headers }: IncomingMessage): undefined {
  if (Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined) {
    throw new RequestError("bad_request", { message: "This request has no body." });
  }
}

const isJson = (type: string | undefined): boolean =>
  /^application\/json\s*(;\s*charset="?utf-8"?\s*)?$/i.test(type ?? "");

function readBytes(request: IncomingMessage): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let kept: Buffer[] = [];
  let length = 0;
  request.on("data", (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limits.frameBytes) {
      kept.push(chunk);
      return;
    }
    kept = [];
    reject(new RequestError("too_big"));
  });
  request.once("end", () => resolve(Buffer.concat(kept)));
  // Also the end of a connection in the middle of a body; nobody is there to read the answer then.
  request.once("close", () => reject(new RequestError("bad_request", { message: "The body ended early." })));
  return promise;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new RequestError("bad_json");
  }
}
