import { isBacked } from "../../src/audit/dropped-model";

const loggedBy = (source: string): Buffer => Buffer.from(JSON.stringify({ action: "audit.drop-audit-entries", outcome: "ok", source }));

test("a drop is backed by an entry that names its leaves, whether it waits for its place or comes after them", () => {
  expect(isBacked({ from: 10, to: 20, loggedBy: loggedBy("0-5,10-20") })).toBe(true);
  expect(isBacked({ from: 10, to: 20, loggedBy: loggedBy("0-5,10-20"), loggedAt: 20 })).toBe(true);
  expect(isBacked({ from: 10, to: 21, loggedBy: loggedBy("0-5,10-20") })).toBe(false);
});

test("no drop is backed by an entry that names leaves to come: it would excuse whatever goes missing later", () => {
  expect(isBacked({ from: 10, to: 20, loggedBy: loggedBy("0-9007199254740991"), loggedAt: 30 })).toBe(false);
});
