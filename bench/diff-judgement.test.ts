import { expect, test } from "vitest";
import { judgeSaid } from "./diff-judgement.ts";

const outage = { happens: true, risks: ["restarts-pods", "interrupts-service"] };
const nothing = { happens: false, risks: [] };

// A warning that is missing costs an outage; one too many costs the attention that the next one needs.
test("a program that names risks is judged by each of them", () => {
  expect(judgeSaid(outage, { shows: true, risks: outage.risks })).toEqual({ missed: [], alarms: [] });
  expect(judgeSaid(outage, { shows: true, risks: ["restarts-pods", "deletes-data"] })).toEqual({
    missed: ["interrupts-service"],
    alarms: ["deletes-data"],
  });
  expect(judgeSaid(nothing, { shows: true, risks: ["deletes-data"] }).alarms).toEqual(["a change", "deletes-data"]);
});

test("a program that names no risk is judged by what it shows alone", () => {
  expect(judgeSaid(outage, { shows: true, risks: undefined })).toEqual({ missed: [], alarms: [] });
  expect(judgeSaid(outage, { shows: false, risks: undefined }).missed).toEqual(["the change"]);
  expect(judgeSaid(nothing, { shows: true, risks: undefined }).alarms).toEqual(["a change"]);
  expect(judgeSaid(nothing, { shows: false, risks: undefined })).toEqual({ missed: [], alarms: [] });
});
