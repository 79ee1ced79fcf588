import { freeSlots } from "../../src/dispatch/slots-model";

const calls = (count: number, ms: number): number[] => Array.from({ length: count }, () => ms);

test("a claim takes 64 at most, and there is room for two", () => {
  expect(freeSlots([])).toBe(64);
  expect(freeSlots(calls(64, 5))).toBe(64);
  expect(freeSlots(calls(100, 5))).toBe(28);
  expect(freeSlots(calls(128, 999))).toBe(0);
});

test("a call that takes longer than a second gives its slot back", () => {
  expect(freeSlots(calls(128, 1000))).toBe(64);
  expect(freeSlots([...calls(128, 1000), ...calls(124, 5)])).toBe(4);
});

test("512 calls at most are in flight, however long they take", () => {
  expect(freeSlots(calls(500, 20_000))).toBe(12);
  expect(freeSlots(calls(512, 20_000))).toBe(0);
  expect(freeSlots([...calls(448, 20_000), ...calls(64, 1)])).toBe(0);
});
