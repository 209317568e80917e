import { expect, test } from "vitest";
import { toStoreError } from "./redis-refusal.ts";
import { StoreError } from "./store.ts";

const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });

test.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", "full"],
  ["READONLY You can't write against a read only replica.", "read-only"],
  ["MISCONF Redis is configured to save RDB snapshots", "disk"],
  ["LOADING Redis is loading the dataset in memory", "loading"],
  ["BUSY Redis is busy running a script.", "busy"],
  ["CLUSTERDOWN The cluster is down", "cluster"],
  ["NOAUTH Authentication required.", "password"],
  ["NOPERM this user has no permissions to run the 'evalsha' command", "permission"],
])("%s: certainly not run", (message, reason) => {
  expect(toStoreError(reply(message))).toMatchObject({ outcome: "refused", reason });
});

test.each([
  // What a script did before the line that failed stays done.
  [reply("OOM command not allowed when used memory > 'maxmemory'. script: 3f2a, on @user_script:12."), "script"],
  [
    reply("WRONGTYPE Operation against a key holding the wrong kind of value script: 3f2a, on @user_script:2."),
    "script",
  ],
  [reply("ERR something that no version of Redis says today"), "script"],
  [new Error("Connection is closed."), "connection"],
  [new Error("Command timed out"), "timeout"],
  [new Error("OOM in words that Redis did not say"), "connection"],
  ["not even an error", "connection"],
])("%s: nobody knows", (error, reason) => {
  expect(toStoreError(error)).toMatchObject({ outcome: "unknown", reason });
});

test("a command that found no connection was never written", () => {
  const error = new Error("Stream isn't writeable and enableOfflineQueue options is false");
  expect(toStoreError(error)).toMatchObject({ outcome: "refused", reason: "down" });
});

test("a StoreError stays what it is", () => {
  const error = new StoreError("refused", "closed");
  expect(toStoreError(error)).toBe(error);
});
