import { expect, test } from "vitest";
import { Tally } from "./tally.ts";

const first = 7;

/** Two readers and the messages 7, 8 and 9, sent at 1, 2 and 3 ms. */
function sentThree(): Tally {
  const tally = new Tally(2, first, 3);
  tally.startMeasuring();
  for (const offset of [0, 1, 2]) tally.noteSent(first + offset, 1 + offset);
  return tally;
}

/** Reader, message and, where the server numbers them, its seq. */
type Delivery = readonly [reader: number, number: number, seq?: number];

function violationsOf(...deliveries: readonly Delivery[]): readonly string[] {
  const tally = sentThree();
  for (const [reader, number, seq] of deliveries) tally.noteDelivery(reader, number, seq, 10);
  return tally.violations;
}

test("readers that get all in one order are well, whatever the order", () => {
  expect(violationsOf([0, 8], [0, 7], [1, 8], [0, 9], [1, 7], [1, 9])).toEqual([]);
  expect(violationsOf([0, 8, 21], [0, 7, 22], [1, 8, 21], [1, 7, 22], [1, 9, 23], [0, 9, 23])).toEqual([]);
});

// Equal totals hide a message that is lost for one reader and doubled for another.
test("each kind of wrong delivery is found", () => {
  expect(violationsOf([0, 7], [0, 8], [1, 8]), "a gap").toHaveLength(1);
  expect(violationsOf([0, 7], [0, 8], [1, 7], [1, 7]), "twice for one reader").toHaveLength(1);
  expect(violationsOf([0, 7], [0, 7]), "twice for the reader that is ahead").toHaveLength(1);
  expect(violationsOf([0, 7], [0, 8], [1, 8], [1, 7]), "another order").toHaveLength(2);
  expect(violationsOf([0, 3]), "never sent").toHaveLength(1);
  expect(violationsOf([0, 7, 21], [0, 8, 23]), "a hole in the server's numbers").toHaveLength(1);
  expect(violationsOf([0, 7, 21], [1, 7, 22]), "another number for another reader").toHaveLength(1);
});

test("only what was sent after the warm-up counts for the percentiles", () => {
  const tally = new Tally(1, first, 2);
  tally.noteSent(7, 1);
  tally.startMeasuring();
  tally.noteSent(8, 2);
  tally.noteAcknowledgement(7, 900);
  tally.noteAcknowledgement(8, 4);
  tally.noteDelivery(0, 7, undefined, 900);
  tally.noteDelivery(0, 8, undefined, 5);
  expect(tally.delivered).toBe(2);
  expect(tally.acknowledged).toBe(2);
  expect([tally.latencies.total, tally.latencies.highestMs]).toEqual([1, 3]);
  expect([tally.acknowledgements.total, tally.acknowledgements.highestMs]).toEqual([1, 2]);
  tally.noteAcknowledgement(8, 6);
  expect(tally.violations).toHaveLength(1);
});
