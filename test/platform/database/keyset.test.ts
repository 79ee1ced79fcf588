import { checkPage, decodeCursor, decodeTimeCursor, encodeCursor, MAX_PAGE, pageOf, toPage } from "../../../src/platform/database/keyset";

test("a cursor gives back the sort key that it was made of; the start has none", () => {
  expect(decodeCursor(encodeCursor(["2026-03-02", "ü/&"]), 2)).toEqual(["2026-03-02", "ü/&"]);
  expect(decodeCursor(null, 2)).toBeNull();
  expect(decodeCursor(undefined, 2)).toBeNull();
});

test.each([
  ["noise", "%%%"],
  ["the empty text", ""],
  ["another list's cursor", encodeCursor(["only one part"])],
  ["a cursor with a number in it", Buffer.from('["a",1]').toString("base64url")],
  ["an object", Buffer.from('{"0":"a","1":"b","length":2}').toString("base64url")],
])("%s is refused as a cursor, without repeating it", (_, after) => {
  expect(() => decodeCursor(after, 2)).toThrow(expect.objectContaining({ code: "BAD_USER_INPUT", message: expect.stringMatching(/^after: not a cursor/) }));
});

test("pages of 1 to 100 are allowed, others refused", () => {
  for (const first of [1, MAX_PAGE]) expect(() => checkPage({ first })).not.toThrow();
  for (const first of [0, -1, 1.5, MAX_PAGE + 1, NaN]) expect(() => checkPage({ first })).toThrow("first: must be between 1 and 100");
});

test("one row more than asked for tells that there is a next page, and is not shown", () => {
  const page = toPage(["a", "b", "c"], 2, (node) => [node]);
  expect(page.edges.map(({ node }) => node)).toEqual(["a", "b"]);
  expect(page.pageInfo).toEqual({ hasNextPage: true, endCursor: encodeCursor(["b"]) });
});

test("the last page ends without a next one, an empty one without a cursor", () => {
  expect(toPage(["a"], 2, (node) => [node]).pageInfo).toEqual({ hasNextPage: false, endCursor: encodeCursor(["a"]) });
  expect(toPage([], 2, () => []).pageInfo).toEqual({ hasNextPage: false, endCursor: null });
});

test("a cursor of a list in the order of time gives back instant and id, and is refused if either is none", () => {
  const at = new Date("2026-03-02T09:00:00.001Z");
  const id = "019cadd0-0000-7000-8000-000000000000";
  expect(decodeTimeCursor(encodeCursor([at.toISOString(), id]))).toEqual({ at, id });
  expect(decodeTimeCursor(null)).toBeNull();
  for (const key of [["yesterday", id], [at.toISOString(), "7"]]) expect(() => decodeTimeCursor(encodeCursor(key))).toThrow("not a cursor of this list");
});

test("pages of a list in memory join without gap or overlap; a cursor that is not in it is refused", () => {
  const list = ["a", "b", "c"];
  const page = (first: number, after?: string) => pageOf(list, { first, after }, (node) => [node]);
  const start = page(2);
  const rest = page(2, start.pageInfo.endCursor!);
  expect([...start.edges, ...rest.edges].map(({ node }) => node)).toEqual(list);
  expect([start.pageInfo.hasNextPage, rest.pageInfo.hasNextPage]).toEqual([true, false]);
  expect(() => page(2, encodeCursor(["d"]))).toThrow("not a cursor of this list");
  expect(() => page(0)).toThrow("first: must be between");
});
