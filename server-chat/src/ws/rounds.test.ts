import { expect, test } from "vitest";
import { Rounds } from "./rounds.ts";

function visitsPerTick(set: Set<number>, ticks: number, rounds = 1, change: (tick: number) => void = () => undefined) {
  const tour = new Rounds(set, ticks);
  return Array.from({ length: ticks * rounds }, (_, tick) => {
    const visited: number[] = [];
    tour.tick((one) => visited.push(one));
    change(tick);
    return visited;
  });
}

const range = (count: number) => new Set(Array.from({ length: count }, (_, index) => index));

test("everything is visited once a round, a share of it each tick", () => {
  const visits = visitsPerTick(range(100), 20, 2);
  expect(visits.map(({ length }) => length)).toEqual(new Array(40).fill(5));
  expect(visits.slice(0, 20).flat()).toEqual([...range(100)]);
  expect(visits.slice(20).flat()).toEqual([...range(100)]);
});

// Whoever is alone must not be looked after at every tick.
test("one thing among many ticks is visited once a round", () => {
  expect(visitsPerTick(range(1), 20, 3).flat()).toEqual([0, 0, 0]);
});

test("what comes is visited within a round, what goes is not", () => {
  const set = range(40);
  const visits = visitsPerTick(set, 10, 2, (tick) => {
    if (tick === 2) for (let one = 100; one < 180; one++) set.add(one);
    if (tick === 4) set.delete(39);
  });
  expect(visits.slice(0, 10).flat()).toEqual([...Array(39).keys(), ...Array.from({ length: 80 }, (_, i) => 100 + i)]);
  expect(new Set(visits.slice(10).flat())).toEqual(set);
});

test("an empty set is no work", () => {
  expect(visitsPerTick(new Set(), 5).flat()).toEqual([]);
});
