import { expect, test } from "vitest";
import { nearestName } from "./nearest-name.ts";

const fields = ["containers", "initContainers", "nodeName", "volumes"];

test.each([
  ["contaners", "containers"],
  ["Containers", "containers"],
  ["volume", "volumes"],
  ["nodename", "nodeName"],
])("%s was meant to be %s", (misspelt, meant) => {
  expect(nearestName(misspelt, fields)).toBe(meant);
});

// A wild guess sends a person the wrong way; no hint lets them read the list.
test.each(["x", "status", "priority"])("nothing is near %s", (name) => {
  expect(nearestName(name, fields)).toBeUndefined();
});
