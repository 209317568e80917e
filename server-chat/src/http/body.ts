import type { IncomingMessage } from "node:http";
import express, { type Request, type Response } from "express";
import { limits } from "../protocol/limits.ts";
import { RequestError } from "./errors.ts";

/** Not the parser for JSON: it would guess among encodings and put U+FFFD in place of what is not UTF-8. */
const readRaw = express.raw({ type: () => true, limit: limits.frameBytes, inflate: false });

/** Reads the body, which must be one JSON object. @throws RequestError */
export async function readObject(request: Request, response: Response): Promise<object> {
  if (!isJson(request.headers["content-type"])) throw new RequestError("unsupported_media_type");
  await new Promise<void>((resolve, reject) => {
    readRaw(request, response, (error: unknown) => (error === undefined ? resolve() : reject(explain(error))));
  });
  const value = parseJson(request.body);
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

function parseJson(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch {
    throw new RequestError("bad_json");
  }
}

function explain(error: unknown): RequestError {
  const { type } = error as { readonly type?: string };
  if (type === "entity.too.large") return new RequestError("too_big");
  if (type === "encoding.unsupported") return new RequestError("unsupported_media_type");
  return new RequestError("bad_request", { message: "The body ended early." });
}
