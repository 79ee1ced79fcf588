import { appendAuditEntry, type NewAuditEntry } from "../../src/audit";
import type { AuditEntry } from "../../src/audit/model";
import { type ReadAuditEntries, readAuditEntries, readAuditEntry } from "../../src/audit/use-cases/read-audit-entries";
import { sealSubject, shredSubject } from "../../src/subjects";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => void (world = await setup()));
afterAll(() => world.close());

const ADA = { type: "email", value: "ada@example.org" };
const read = (query: Partial<ReadAuditEntries> = {}) =>
  readAuditEntries(world.deps, { actor: "auditor", criteria: {}, newestFirst: true, first: 50, ...query });
const nodes = async (query: Partial<ReadAuditEntries>): Promise<AuditEntry[]> => (await read(query)).edges.map(({ node }) => node);
const append = async (entry: Partial<NewAuditEntry>): Promise<void> => {
  world.clock.advance("PT1S");
  await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "test.act", actor: "ada", ...entry }));
};

describe("the audit trail", () => {
  test("shows what, who, when, to what and with which outcome, newest first or oldest first", async () => {
    const from = world.clock.now();
    for (const object of ["one", "two", "three"]) await append({ object, actor: "order", purpose: "support", basis: "contract" });
    const newest = await nodes({ criteria: { actor: "order" } });
    expect(newest.map(({ object }) => object)).toEqual(["three", "two", "one"]);
    expect(newest[0]).toEqual({
      id: expect.any(String) as string,
      leafIndex: null,
      at: world.clock.now(),
      action: "test.act",
      actor: "order",
      object: "three",
      outcome: "ok",
      purpose: "support",
      basis: "contract",
    });
    const oldest = await nodes({ criteria: { actor: "order", from }, newestFirst: false });
    expect(oldest).toEqual([...newest].reverse());
  });

  test.each([true, false])("comes in pages that leave out nothing and repeat nothing, also among entries of one instant (newestFirst: %s)", async (newestFirst) => {
    const actor = `paged ${newestFirst}`;
    world.clock.advance("PT1S");
    await world.deps.transaction(async (tx) => {
      for (let n = 0; n < 7; n += 1) await appendAuditEntry(tx, { action: "test.act", actor });
    });
    await append({ actor });
    const all = (await nodes({ criteria: { actor }, newestFirst })).map(({ id }) => id);
    const paged: string[] = [];
    for (let after: string | null | undefined; ; ) {
      const page = await read({ criteria: { actor }, newestFirst, first: 3, after });
      paged.push(...page.edges.map(({ node }) => node.id));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(paged).toEqual(all);
    expect(new Set(all).size).toBe(8);
  });

  test("is filtered by every criterion, and by several at once", async () => {
    const dataset = "dataset:postgres%3A%2F%2Fcrm:people";
    await append({ object: dataset, fields: ["email", "phone"], action: "access.data", actor: "crm", purpose: "marketing", basis: "consent" });
    await append({ object: dataset, fields: ["name"], action: "access.data", actor: "crm", purpose: "billing", basis: "contract", outcome: "denied" });
    const count = async (criteria: ReadAuditEntries["criteria"]) => (await nodes({ criteria })).length;
    expect(await count({ dataset })).toBe(2);
    expect(await count({ object: dataset })).toBe(2);
    expect(await count({ dataset, field: "phone" })).toBe(1);
    expect(await count({ action: "access.data", actor: "crm" })).toBe(2);
    expect(await count({ purpose: "billing" })).toBe(1);
    expect(await count({ basis: "consent" })).toBe(1);
    expect(await count({ actor: "crm", outcome: "denied" })).toBe(1);
    expect(await count({ actor: "crm", outcome: "denied", purpose: "marketing" })).toBe(0);
    const now = world.clock.now();
    expect(await count({ actor: "crm", to: now })).toBe(1);
    expect(await count({ actor: "crm", from: now })).toBe(1);
  });

  test("is found by person until that person is forgotten; the look-up is an entry about the person", async () => {
    const { pid } = await world.deps.transaction((tx) => sealSubject(tx, [ADA]));
    await append({ object: "about ada", subjects: [pid] });
    await append({ object: "about nobody" });
    expect((await nodes({ identifier: { type: "email", value: " ADA@example.org" } })).map(({ object }) => object)).toEqual(["about ada"]);
    const again = await nodes({ identifier: ADA });
    expect(again.map(({ action }) => action)).toEqual(["audit.audit-entries", "test.act"]);
    await world.deps.transaction((tx) => shredSubject(tx, pid));
    expect(await nodes({ identifier: ADA })).toEqual([]);
  });

  test("of an unknown person is empty, not everybody's", async () => {
    expect(await nodes({ identifier: { type: "email", value: "nobody@example.org" } })).toEqual([]);
  });

  test("records each reading, as no act on what was looked for", async () => {
    await append({ object: "service:orders" });
    await nodes({ actor: "curious", criteria: { object: "service:orders" } });
    expect((await nodes({ criteria: { actor: "curious" } })).map(({ action }) => action)).toEqual(["audit.audit-entries"]);
    expect(await nodes({ criteria: { object: "service:orders" } })).toHaveLength(1);
  });

  test("refuses a page size out of range and a cursor of another list, and writes nothing then", async () => {
    await expect(read({ actor: "refused", first: 101 })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(read({ actor: "refused", first: 0 })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    const foreign = Buffer.from(JSON.stringify(["yesterday", "not an id"])).toString("base64url");
    for (const after of ["!", foreign]) await expect(read({ actor: "refused", after })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(await nodes({ criteria: { actor: "refused" } })).toEqual([]);
  });

  test.each([
    ["actor", "f.actor = 'x'"],
    ["action", "f.action = 'x'"],
    ["object", "hashtextextended(f.object, 0) = hashtextextended('x', 0) and f.object = 'x'"],
    ["denied", "f.outcome = 'denied'"],
    ["time", "f.at >= '2026-01-01'"],
  ])("is searched by its index (%s)", async (index, condition) => {
    const plan = await world.deps.transaction(async (tx) => {
      for (const other of ["seqscan", "bitmapscan", "sort"]) await tx.execute(`testNo_${other}`, `set local enable_${other} = off`);
      const explain = `explain select * from audit_entry_facts f where ${condition} order by f.at desc, f.id desc limit 50`;
      return tx.query<{ "QUERY PLAN": string }>(`testExplain_${index}`, explain);
    });
    expect(plan.map((row) => row["QUERY PLAN"]).join("\n")).toMatch(new RegExp(`Index Scan.* using audit_entry_facts_${index}`));
  });
});

describe("one entry", () => {
  test("is read by its id, which is an entry too", async () => {
    await append({ object: "single", actor: "single" });
    const [entry] = await nodes({ criteria: { actor: "single" } });
    expect(await readAuditEntry(world.deps, { id: entry!.id, actor: "reader" })).toEqual(entry);
    const readings = await nodes({ criteria: { actor: "reader" } });
    expect(readings.map(({ action, object }) => ({ action, object }))).toEqual([{ action: "audit.audit-entry", object: entry!.id }]);
  });

  test.each(["01992f00-0000-7000-8000-000000000001", "no id"])("of the id %s is none", async (id) => {
    expect(await readAuditEntry(world.deps, { id, actor: "seeker" })).toBeUndefined();
    expect(await nodes({ criteria: { actor: "seeker" } })).toEqual([]);
  });
});
