import { open } from "node:fs/promises";
import { maxRequestLength } from "../bump/request.ts";
import { UserError } from "../config/user-error.ts";

/** Reads the file of an event, and of one that is too long no more than shows that it is. Throws a UserError. */
export async function readRequest(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(maxRequestLength + 1));
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    throw new UserError(`The event cannot be read: ${error instanceof Error ? error.message : error}.`, {
      remedy: "Name the file that GITHUB_EVENT_PATH names.",
    });
  }
}
