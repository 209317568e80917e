import type { Environment } from "../config/environment.ts";
import { UserError } from "../config/user-error.ts";

/**
 * Runs a function of an app. What it throws is a mistake in that file: a UserError with its line and the message, not a
 * bug of ours. A promise is refused: nothing would wait for it, and what it makes later would be lost.
 */
export function blaming<Result>(source: string, environment: Environment, work: () => Result): Result {
  const remedy = "Correct that file. Nothing was written.";
  let result: Result;
  try {
    result = work();
  } catch (error) {
    if (error instanceof UserError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const stack = error instanceof Error ? (error.stack ?? "") : "";
    const line = new RegExp(`${source.replaceAll(".", "\\.")}:(\\d+)`).exec(stack)?.[1];
    const place = line === undefined ? source : `${source}:${line}`;
    throw new UserError(`${place} threw while ${environment.name} was rendered: ${message}`, { remedy });
  }
  if (result instanceof Promise) {
    // The refusal below is the report; what the promise comes to no longer matters.
    result.catch(() => {});
    throw new UserError(`${source} gives a promise while ${environment.name} is rendered.`, {
      remedy: "Render synchronously, without async: nothing waits for the promise, and its objects would be lost.",
    });
  }
  return result;
}
