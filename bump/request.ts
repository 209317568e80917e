import { z } from "zod";
import { describeIssues } from "../config/issues.ts";
import { type Release, releaseSchema } from "../config/release.ts";
import { UserError } from "../config/user-error.ts";

/** What the bump is asked for. Only a person asks for a rollback: no event can. */
export type Request =
  | { readonly kind: "event"; readonly release: Release }
  | { readonly kind: "rollback"; readonly tag: string };

/** Of an event or payload, in characters. GitHub's own event with its description of the repository has a tenth. */
export const maxRequestLength = 65_536;

/** Faults that are worth printing: a payload of nothing but faults must not fill the log. */
const maxFaults = 10;
const maxFaultLength = 200;

/** What GitHub writes around the payload of a repository_dispatch is its own and not strict. */
const eventSchema = z.looseObject({ action: z.literal("update-chat-app-image"), client_payload: releaseSchema });

/** Reads a repository_dispatch event, as GitHub puts it at GITHUB_EVENT_PATH. Throws a UserError (exit 2) if it is refused. */
export function parseEvent(text: string): Request {
  return { kind: "event", release: parse("event", eventSchema, text).client_payload };
}

/** Reads the payload of such an event by itself. Throws a UserError (exit 2) if it is refused. */
export function parsePayload(text: string): Request {
  return { kind: "event", release: parse("payload", releaseSchema, text) };
}

/** Reads the tag that a person wants back. Throws a UserError (exit 2) if it is none. */
export function parseRollback(tag: string): Request {
  return { kind: "rollback", tag: parseValue("rollback", releaseSchema.shape.tag, tag) };
}

function parse<Schema extends z.ZodType>(name: keyof typeof advice, schema: Schema, text: string): z.output<Schema> {
  if (text.length > maxRequestLength) throw refused(name, [`more than ${maxRequestLength} characters`]);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused(name, ["not JSON"]);
  }
  return parseValue(name, schema, value);
}

function parseValue<Schema extends z.ZodType>(
  name: keyof typeof advice,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  if (!result.success) throw refused(name, describeIssues(name, result.error));
  return result.data;
}

const sender = "The image workflow sends tag, digest, revision and runNumber, and nothing else.";
/** By what was asked for. */
const advice = {
  event: sender,
  payload: sender,
  rollback: "Give the whole tag of a release that ran before: `git log -p -- config/images/` lists them.",
} as const;

function refused(name: keyof typeof advice, faults: readonly string[]): UserError {
  const shown = faults.slice(0, maxFaults).map((fault) => `\n  ${toPlainText(fault)}`);
  return new UserError(`The ${name} is refused:${shown.join("")}`, { remedy: `Nothing was changed. ${advice[name]}` });
}

/** A stranger's text on one line of ours: in the log of a workflow a line of its own could be a command to the runner. */
function toPlainText(text: string): string {
  return text
    .slice(0, maxFaultLength)
    .replaceAll(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
