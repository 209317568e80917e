import { expect, test } from "vitest";
import { withSharedParts } from "./shared-parts.ts";

const point = { type: "object", properties: { x: { type: "number" } } };

test("equal objects inside of objects become one definition", () => {
  const line = { type: "object", properties: { from: point, to: point, via: { type: "array", items: point } } };
  const part = { $ref: "#/definitions/part0" };
  expect(withSharedParts({ Line: line })).toEqual({
    Line: { type: "object", properties: { from: part, to: part, via: { type: "array", items: part } } },
    part0: point,
  });
});

test("what has no fields of its own stays where it is", () => {
  const map = { type: "object", properties: { labels: { type: "object", additionalProperties: { type: "string" } } } };
  expect(withSharedParts({ Map: map })).toEqual({ Map: map });
});
