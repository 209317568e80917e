import { expect, test } from "vitest";
import { parseOptions } from "./options.ts";

test("a run that broke is repeated by its words", () => {
  const options = { seed: 7, seconds: 60, clients: 30 };
  expect(parseOptions(["--seed", "7", "--seconds", "60", "--clients", "30"])).toEqual(options);
});

test("without a seed every run is another one", () => {
  expect(parseOptions([])?.seed).not.toEqual(parseOptions([])?.seed);
});

// A slip must not become a run of another length that looks like the one that was asked for.
test.each([["--seconds", "5"], ["--seconds", "1e2"], ["--seconds"], ["--clients", "1"], ["--sed", "1"], ["60"]])(
  "%s %s is refused",
  (...words) => {
    expect(parseOptions(words.filter((word) => word !== undefined))).toBeUndefined();
  },
);
