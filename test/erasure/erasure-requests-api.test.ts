import { countStatements } from "../support/count-statements";
import { startServer } from "../support/server";
import { type ErasureApi, openErasureApi, openShop } from "./support/erasure-api";

const LIST = `query ($state: [ErasureState!], $dueBefore: DateTime, $service: ID, $first: Int, $after: String) {
  erasureRequests(state: $state, dueBefore: $dueBefore, service: $service, first: $first, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor }
  }
}`;
interface Listed {
  erasureRequests: { edges: { cursor: string; node: { id: string } }[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } };
}

let api: ErasureApi;
const list = async (variables: Record<string, unknown>) => (await api.ask<Listed>("olga", LIST, variables)).data.erasureRequests;
const idsOf = async (variables: Record<string, unknown>) => (await list(variables)).edges.map(({ node }) => node.id);

describe("the list of requests", () => {
  /** Oldest first. */
  const ids: string[] = [];
  beforeAll(async () => {
    api = await openErasureApi();
    await openShop(api, { people: [{ email: "ada@example.org", customer_id: "c-1" }], orders: [], newsletter: [] });
    ids.push(await api.erase("ada@example.org"));
    for (let day = 0; day < 3; day += 1) {
      api.company.world.clock.advance("P1D");
      // Two at the same instant: their order is decided by the id.
      const two = await Promise.all(["a", "b"].map((name) => api.submit(`${name}${day}@example.org`, { identityVerifiedAt: null })));
      ids.push(...two.sort());
    }
  });
  afterAll(() => api?.close());

  it("shows each once, newest first, whatever the size of its pages", async () => {
    for (const first of [1, 2, 3, 7, 100]) {
      const seen: string[] = [];
      for (let after: string | null = null, more = true; more && seen.length <= ids.length; ) {
        const { edges, pageInfo } = await list({ first, after });
        expect(edges.length).toBeLessThanOrEqual(first);
        expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor);
        seen.push(...edges.map(({ node }) => node.id));
        [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
      }
      expect(seen).toEqual([...ids].reverse());
    }
  });

  it("goes on where it was, though new requests have come", async () => {
    const { pageInfo } = await list({ first: 2 });
    api.company.world.clock.advance("PT1S");
    ids.push(await api.submit("late@example.org", { identityVerifiedAt: null }));
    expect(await idsOf({ first: 2, after: pageInfo.endCursor })).toEqual([ids[4], ids[3]]);
  });

  it("shows only what is asked for: states, deadlines, a service that has a task", async () => {
    expect(await idsOf({ state: ["VERIFYING"] })).toEqual([ids[0]]);
    expect(await idsOf({ state: ["AWAITING_IDENTITY", "VERIFYING"] })).toHaveLength(ids.length);
    expect(await idsOf({ state: [] })).toEqual([]);
    expect(await idsOf({ dueBefore: "2026-04-03T00:00:00Z" })).toEqual([ids[0]]);
    expect(await idsOf({ dueBefore: "2026-04-02T23:59:59.999Z" })).toEqual([]);
    for (const service of ["service:orders", "orders"]) expect(await idsOf({ service })).toEqual([ids[0]]);
    expect(await idsOf({ service: "service:nobody" })).toEqual([]);
    expect(await idsOf({ service: "service:orders", state: ["AWAITING_IDENTITY"] })).toEqual([]);
  });

  const cursor = (key: unknown) => Buffer.from(JSON.stringify(key)).toString("base64url");
  it.each<[string, Record<string, unknown>]>([
    ["a page of 101", { first: 101 }],
    ["a page of none", { first: 0 }],
    ["a page of less than none", { first: -1 }],
    ["a cursor that is none", { after: "x" }],
    ["a cursor of nothing", { after: "" }],
    ["a cursor of a list of names", { after: cursor(["orders"]) }],
    ["a cursor of two names", { after: cursor(["shop", "orders"]) }],
    ["a cursor with a number", { after: cursor([1, 2]) }],
    ["a cursor with an instant and no id", { after: cursor(["2026-03-02T09:00:00Z", "x"]) }],
    ["a cursor with an id and no instant", { after: cursor(["x", "0190a0a0-0000-7000-8000-000000000000"]) }],
    ["a cursor of 10,000 characters", { after: "x".repeat(10_000) }],
    ["a state that is none", { state: ["DONE"] }],
    ["30 February", { dueBefore: "2026-02-30T00:00:00Z" }],
    ["a service with a NUL", { service: "service:\u0000" }],
  ])("refuses %s", async (_what, variables) => {
    expect(await api.codes("olga", LIST, variables)).toEqual(["BAD_USER_INPUT"]);
  });

  it("refuses the pages of tasks likewise", async () => {
    const TASKS = `query ($id: ID!, $first: Int, $after: String) { erasureRequest(id: $id) {
      tasks(first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } }
    } }`;
    const page = async (variables: Record<string, unknown>) =>
      (await api.ask<{ erasureRequest: { tasks: Listed["erasureRequests"] } }>("olga", TASKS, { id: ids[0], ...variables })).data.erasureRequest.tasks;
    const all = (await page({})).edges;
    expect(all).toHaveLength(3);
    const first = await page({ first: 2 });
    expect([first.edges, first.pageInfo]).toEqual([all.slice(0, 2), { hasNextPage: true, endCursor: all[1]?.cursor }]);
    const last = await page({ first: 2, after: first.pageInfo.endCursor });
    expect(last).toEqual({ edges: all.slice(2), pageInfo: { hasNextPage: false, endCursor: all[2]?.cursor } });
    for (const variables of [{ first: 101 }, { first: 0 }, { after: "x" }]) {
      expect(await api.codes("olga", TASKS, { id: ids[0], ...variables })).toEqual(["BAD_USER_INPUT"]);
    }
  });

  it("takes the same statements for one request and for all, with everything about them", async () => {
    for (const email of ["a0@example.org", "c@example.org"]) await api.erase(email);
    const EVERYTHING = `query ($first: Int!) { erasureRequests(first: $first) { edges { node {
      id state deadline { due } gaps { dataset } quarantined { id } plan { datasets { dataset task { id } } }
      tasks { edges { node { dataset service parts { outcome } verifications { at } } } } } } } }`;
    const { deps, statements } = countStatements(api.company.world.deps);
    const server = await startServer({ deps });
    const statementsOf = async (first: number): Promise<string[]> => {
      statements.length = 0;
      expect((await server.graphql(EVERYTHING, { first }, api.tokenOf("olga"))).errors).toBeUndefined();
      return [...statements].sort();
    };
    await statementsOf(1); // The caller is known from here on.
    const [one, all] = [await statementsOf(1), await statementsOf(100)];
    await server.close();
    expect(one).toHaveLength(new Set(one).size);
    expect(all).toEqual(one);
  });
});

describe("the deadline of a request", () => {
  beforeAll(async () => {
    api = await openErasureApi();
  });
  afterAll(() => api?.close());

  const SUBMIT = `mutation ($input: SubmitErasureRequestInput!) {
    submitErasureRequest(input: $input) { id deadline { due statutory extended paused basis } }
  }`;
  const IDENTITY = `mutation ($input: IdentityVerificationInput!) {
    recordIdentityVerification(input: $input) { deadline { due statutory paused } }
  }`;
  const EXTEND = "mutation ($input: ReasonInput!) { extendErasureDeadline(input: $input) { deadline { due extended } } }";
  const NOTICE = "mutation ($input: SubjectNoticeInput!) { recordSubjectNotice(input: $input) { deadline { due statutory extended } } }";
  let letters = 0;
  const submit = async (regime: string, receivedAt: string) => {
    const input = { identifiers: [{ type: "email", value: `p${(letters += 1)}@example.org` }], regime, receivedAt };
    const { data } = await api.ask<{ submitErasureRequest: { id: string; deadline: Record<string, unknown> } }>("olga", SUBMIT, { input });
    return data.submitErasureRequest;
  };
  const endOf = (day: string) => `${day}T23:59:59.999Z`;

  it.each([
    ["GDPR", "2026-01-30T10:00:00Z", "2026-03-02", /Art\. 12\(3\)/],
    ["UK_GDPR", "2025-12-31T10:00:00Z", "2026-02-02", /UK GDPR/],
    ["CCPA", "2026-01-10T10:00:00Z", "2026-02-24", /7021/],
  ])("under the %s runs from %s to the end of %s", async (regime, receivedAt, day, basis) => {
    const { deadline } = await submit(regime, receivedAt);
    expect(deadline).toEqual({ due: endOf(day), statutory: endOf(day), extended: false, paused: false, basis: expect.stringMatching(basis) });
  });

  it.each([
    ["GDPR", "adds the days", "2026-03-30", "2026-03-27"],
    ["UK_GDPR", "starts when the proof is there", "2026-04-02", "2026-03-27"],
    ["CCPA", "does not wait", "2026-04-13", "2026-04-13"],
  ])("under the %s %s of doubt about who is asking, and shows both dates", async (regime, _what, due, statutory) => {
    const { id } = await submit(regime, "2026-02-27T10:00:00Z");
    const record = async (event: string, at: string) => {
      const { data } = await api.ask<{ recordIdentityVerification: { deadline: unknown } }>("olga", IDENTITY, { input: { id, event, at } });
      return data.recordIdentityVerification.deadline;
    };
    expect(await record("REQUESTED", "2026-02-28T10:00:00Z")).toMatchObject({ paused: regime !== "CCPA" });
    expect(await record("VERIFIED", "2026-03-02T08:00:00Z")).toEqual({ due: endOf(due), statutory: endOf(statutory), paused: false });
  });

  it.each([
    ["2026-03-02T09:05:00Z", []],
    ["2026-03-02T09:05:01Z", ["BAD_USER_INPUT"]],
    ["2026-03-02T08:55:00Z", []],
    ["2026-03-02T08:54:59Z", ["BAD_USER_INPUT"]],
  ])("takes what happened at %s, five minutes around a request of 09:00, for a matter of clocks: %j", async (at, codes) => {
    const { id } = await submit("GDPR", "2026-03-02T09:00:00Z");
    expect(await api.codes("olga", NOTICE, { input: { id, kind: "ACKNOWLEDGEMENT", sentAt: at, channel: "letter" } })).toEqual(codes);
    expect(await api.codes("olga", IDENTITY, { input: { id, event: "REQUESTED", at } })).toEqual(codes);
  });

  it("is extended by the decision and its notice together, not by one of them", async () => {
    const { id } = await submit("GDPR", "2026-02-27T10:00:00Z");
    const decided = (await api.ask("olga", EXTEND, { input: { id, code: "complexity" } })).data;
    expect(decided).toEqual({ extendErasureDeadline: { deadline: { due: endOf("2026-03-27"), extended: false } } });
    const notice = { id, kind: "EXTENSION", sentAt: "2026-03-02T09:00:00Z", channel: "e-mail" };
    expect((await api.ask("olga", NOTICE, { input: notice })).data).toEqual({
      recordSubjectNotice: { deadline: { due: endOf("2026-05-27"), statutory: endOf("2026-05-27"), extended: true } },
    });
    expect(await api.codes("olga", EXTEND, { input: { id, code: "holidays" } })).toEqual(["BAD_USER_INPUT"]);
  });
});
