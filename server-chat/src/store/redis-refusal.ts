import { StoreError } from "./store.ts";

/** First words of Redis' error replies that mean: the command was not run. */
const refusals: Readonly<Record<string, string>> = {
  OOM: "full",
  READONLY: "read-only",
  MISCONF: "disk",
  NOREPLICAS: "replicas",
  MASTERDOWN: "replicas",
  LOADING: "loading",
  BUSY: "busy",
  CLUSTERDOWN: "cluster",
  TRYAGAIN: "cluster",
  MOVED: "cluster",
  ASK: "cluster",
  NOAUTH: "password",
  WRONGPASS: "password",
  NOPERM: "permission",
};

/** What ioredis says when it had no connection to write the command to; then nothing was written. */
const unwritten = /^(Stream isn't writeable|Cluster isn't ready)/;

/**
 * Whether a failed command was certainly not run. Everything that is not known to be a refusal is `unknown`: a
 * command whose connection ended, or that nobody answered in time, may have been run or may still be.
 */
export function toStoreError(error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (unwritten.test(message)) return new StoreError("refused", "down", { cause: error });
  if (name !== "ReplyError") {
    return new StoreError("unknown", message === "Command timed out" ? "timeout" : "connection", { cause: error });
  }
  const refusal = refusals[message.split(" ", 1)[0] ?? ""];
  // An error in the middle of a script names the script; what stood before that line has been done.
  if (refusal === undefined || message.includes(" script: "))
    return new StoreError("unknown", "script", { cause: error });
  return new StoreError("refused", refusal, { cause: error });
}
