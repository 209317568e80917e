import { expect, test } from "vitest";
import { toStrippable } from "./strippable.ts";

test("an enum becomes a constant object and the union of its values", () => {
  const source = 'export enum Color {\n  /** red */\n  RED = "red",\n}\n';
  expect(toStrippable(source)).toBe(
    'export const Color = {\n  RED: "red",\n} as const;\nexport type Color = (typeof Color)[keyof typeof Color];',
  );
});

test("a parameter property becomes a field", () => {
  const source = "export class Size {\n  private constructor(public readonly value: number | string) {\n  }\n}\n";
  expect(toStrippable(source)).toBe(
    [
      "export class Size {",
      "  readonly value: number | string;",
      "  private constructor(value: number | string) {",
      "    this.value = value;",
      "  }",
      "}",
    ].join("\n"),
  );
});

// A new release of json2jsii may write something else; half a rewrite would fail far from here.
test("what no rewrite knows is refused", () => {
  expect(() => toStrippable("class A {\n  constructor(private readonly b: string) {}\n}")).toThrow(
    /needs a new rewrite/,
  );
});
