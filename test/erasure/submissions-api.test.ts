import { APPROVE, type ErasureApi, openErasureApi, SUBMIT } from "./support/erasure-api";

let api: ErasureApi;
beforeAll(async () => {
  api = await openErasureApi();
});
afterAll(() => api?.close());

it("a submission with the same reference is the same request, with another person a CONFLICT", async () => {
  const input = { identifiers: [{ type: "email", value: "ada@example.org" }], externalRef: "letter-7" };
  const [first, again] = [await api.ask("olga", SUBMIT, { input }), await api.ask("olga", SUBMIT, { input })];
  expect(again).toEqual(first);
  const another = { ...input, identifiers: [{ type: "email", value: "eve@example.org" }] };
  expect(await api.codes("olga", SUBMIT, { input: another })).toEqual(["CONFLICT"]);
});

it("a submission sent ten times at once is one request, with one entry", async () => {
  const input = { identifiers: [{ type: "email", value: "fay@example.org" }], externalRef: "letter-8" };
  api.company.world.clock.advance("PT1S");
  const since = api.company.world.clock.now();
  const answers = await Promise.all(Array.from({ length: 10 }, () => api.ask("olga", SUBMIT, { input })));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const entries = await api.company.world.deps.db.query("testEntriesSince", "select action from audit_entry_facts where at >= $1", [since]);
  expect(entries).toEqual([{ action: "erasure.submit-erasure-request" }]);
});

it("submissions of one person, several at once, are one run that the others follow", async () => {
  const ids = await Promise.all(Array.from({ length: 6 }, () => api.submit("joe@example.org")));
  const LINK = "query ($id: ID!) { erasureRequest(id: $id) { linkedTo } }";
  const links = await Promise.all(ids.map((id) => api.ask<{ erasureRequest: { linkedTo: string | null } }>("olga", LINK, { id })));
  const leaders = links.map(({ data }) => data.erasureRequest.linkedTo);
  const leader = ids[leaders.indexOf(null)];
  expect(leaders.sort()).toEqual([...Array<string | undefined>(5).fill(leader), null].sort());
});

it("a request is approved once, by whoever comes first", async () => {
  const id = await api.submit("kim@example.org");
  await api.company.settle();
  const codes = await Promise.all(Array.from({ length: 5 }, () => api.codes("anna", APPROVE, { input: { id } })));
  expect(codes.flat().sort()).toEqual(Array(4).fill("CONFLICT"));
});

it.each([
  ["without identifiers", { identifiers: [] }],
  ["with eleven identifiers", { identifiers: Array.from({ length: 11 }, (_, index) => ({ type: "email", value: `a${index}@example.org` })) }],
  ["with an invisible character in the address", { identifiers: [{ type: "email", value: "ada\u200b@example.org" }] }],
  ["with a telephone number of no country", { identifiers: [{ type: "phone", value: "030 1234567" }] }],
  ["received tomorrow", { identifiers: [{ type: "email", value: "ada@example.org" }], receivedAt: "2026-03-03T09:00:00Z" }],
])("a submission %s is refused", async (_what, input) => {
  expect(await api.codes("olga", SUBMIT, { input })).toEqual(["BAD_USER_INPUT"]);
});
