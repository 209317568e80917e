import { expect, test } from "vitest";
import { isDnsLabel, isDnsSubdomain, isLabelKey, isLabelValue, isPortName } from "./names.ts";

test.each([
  ["a", true],
  ["0-a", true],
  ["a".repeat(63), true],
  ["a".repeat(64), false],
  ["", false],
  ["Chat", false],
  ["chat_app", false],
  ["-a", false],
  ["a-", false],
  ["a.b", false],
])("the label %j: %s", (name, valid) => {
  expect(isDnsLabel(name)).toBe(valid);
});

test.each([
  ["widgets.example.org", true],
  [`${"a".repeat(126)}.${"a".repeat(126)}`, true],
  [`${"a".repeat(126)}.${"a".repeat(127)}`, false],
  ["a..b", false],
  ["a.B", false],
])("the subdomain %j: %s", (name, valid) => {
  expect(isDnsSubdomain(name)).toBe(valid);
});

test.each([
  ["http", true],
  ["admin-interfac", true],
  ["admin-interface-", false],
  ["admin-interfaces", false],
  ["8080", false],
  ["a--b", false],
])("the port %j: %s", (name, valid) => {
  expect(isPortName(name)).toBe(valid);
});

test.each([
  ["app", true],
  ["app.kubernetes.io/name", true],
  ["Example.org/name", false],
  ["/name", false],
  ["a/b/c", false],
  ["example.org/", false],
])("the label key %j: %s", (key, valid) => {
  expect(isLabelKey(key)).toBe(valid);
});

test.each([
  ["", true],
  ["V1.2_3-x", true],
  ["a".repeat(64), false],
  ["two words", false],
  ["a/b", false],
  ["-a", false],
])("the label value %j: %s", (value, valid) => {
  expect(isLabelValue(value)).toBe(valid);
});
