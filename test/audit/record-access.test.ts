import type { AccessEvent } from "../../src/audit/access-model";
import { readAccessEvent } from "../../src/audit/use-cases/read-access-event";
import { recordAccess, recordAccessEvents } from "../../src/audit/use-cases/record-access";
import { findPidsByIdentifiers } from "../../src/subjects";
import { asOwner } from "../support/as-owner";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";
import { accessOf, DATASET, readLog, sent } from "./support/access-world";

let world: World;
beforeEach(async () => void (world = await setup()));
afterEach(() => world.close());

const ADA = { type: "email", value: "ada@example.org" };
const record = (events: readonly AccessEvent[], reporter = "service:crm") =>
  recordAccessEvents(world.deps, events.map((event) => ({ event, reporter })));
const tallies = () =>
  world.deps.db.query<Record<string, unknown>>(
    "tallies",
    'select day::text, reporter, dataset, allowed::int, denied::int, without_purpose::int as "withoutPurpose", last_at as "lastAt", reported_at as "reportedAt" from access_tallies order by day, reporter, dataset',
  );

describe("a reported access", () => {
  test("is an entry of the log about the person, at the time of the access, said by its reporter", async () => {
    const event = accessOf("e-1", { fields: ["email", "name"], identifier: ADA, source: "10.0.0.1", allowed: false });
    expect(await record([event])).toEqual(["recorded"]);
    const [{ index, entry, facts, subjects }] = (await readLog(world.deps)) as [Awaited<ReturnType<typeof readLog>>[number]];
    const members = {
      action: "access.data", actor: "clerk-7", object: DATASET, fields: ["email", "name"], purpose: "support", basis: "contract",
      source: "service:crm 10.0.0.1", outcome: "denied",
    };
    expect(entry).toEqual({ v: 1, id: facts.id, time: "2026-03-02T08:59:00.000Z", ...members, subjects, salt: expect.any(String) as string });
    expect(facts).toEqual({ id: facts.id, at: "2026-03-02T08:59:00+00:00", ...members });
    expect(index).toBe(0);
    expect(subjects).toEqual(await findPidsByIdentifiers(world.deps.db, [ADA]));
  });

  test("takes its place in the log at once, after all that have one, and nothing waits in the inbox", async () => {
    await record([accessOf("a"), accessOf("b")]);
    await record([accessOf("c")]);
    const log = await readLog(world.deps);
    expect(log.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(await world.deps.db.query("inbox", "select from audit_inbox")).toEqual([]);
  });

  test("again is a duplicate, in the same call or later, whatever else it says; by another reporter it is another", async () => {
    expect(await record([accessOf("a"), accessOf("a", { actor: "other" }), accessOf("b")])).toEqual(["recorded", "duplicate", "recorded"]);
    expect(await record([accessOf("b", { purpose: "" }), accessOf("c")])).toEqual(["duplicate", "recorded"]);
    expect(await record([accessOf("a")], "service:shop")).toEqual(["recorded"]);
    // What is put together from reporter and id must not meet another pair.
    expect(await record([accessOf("1 x")], "r")).toEqual(["recorded"]);
    expect(await record([accessOf("x")], "r 1")).toEqual(["recorded"]);
    expect((await readLog(world.deps)).map(({ entry }) => entry.actor)).toEqual(Array(6).fill("clerk-7"));
  });

  test("that is only repeated writes nothing at all, and holds nobody up in the log", async () => {
    await record([accessOf("a", { identifier: ADA })]);
    const { deps, statements } = countStatements(world.deps);
    expect(await recordAccessEvents(deps, [{ event: accessOf("a", { identifier: ADA }), reporter: "service:crm" }])).toEqual(["duplicate"]);
    expect(statements).toEqual(["claimEventNames"]);
    expect(await tallies()).toMatchObject([{ allowed: 1 }]);
  });

  test("is written with a thousand others, about a thousand persons, in seven statements", async () => {
    const { deps, statements } = countStatements(world.deps);
    const reported = Array.from({ length: 1000 }, (_, index) => ({
      event: accessOf(`many-${index}`, { identifier: { type: "email", value: `p${index}@example.org` } }),
      reporter: `service:s${index % 3}`,
    }));
    expect(new Set(await recordAccessEvents(deps, reported))).toEqual(new Set(["recorded"]));
    expect(statements).toEqual(["claimEventNames", "holdAccessed", "insertAccessed", "insertAccessFacts", "addAccessTallies", "actAs", "insertSequenced"]);
    expect(await readLog(world.deps)).toHaveLength(1000);
  });

  test("of one person is about one pid, however it is spelt and whoever reports it", async () => {
    await record([accessOf("a", { identifier: ADA })]);
    await record([accessOf("b", { identifier: ADA }), accessOf("c")], "service:shop");
    const [a, b, c] = (await readLog(world.deps)).map(({ subjects }) => subjects);
    expect([a, c]).toEqual([b, []]);
    expect(a).toHaveLength(1);
  });

  test("meets one that another process reports under the same id: one is recorded, the other waits and is a duplicate", async () => {
    let other: Promise<unknown> | undefined;
    const slow = {
      ...world.deps,
      transaction: (work: Parameters<typeof world.deps.transaction>[0]) =>
        world.deps.transaction(async (tx) => {
          const result = await work(tx);
          other = record([accessOf("same"), accessOf("else")]);
          await waitFor(async () => (await asOwner(world.deps, "waits", "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%claimEventNames%'")).length > 0);
          return result;
        }),
    } as typeof world.deps;
    expect(await recordAccessEvents(slow, [{ event: accessOf("same"), reporter: "service:crm" }])).toEqual(["recorded"]);
    expect(await other).toEqual(["duplicate", "recorded"]);
    expect((await readLog(world.deps)).map(({ index }) => index)).toEqual([0, 1]);
  });

  test("is not there at all if its place in the log cannot be had", async () => {
    await world.deps.transaction(async (tx) => {
      await tx.query("testOwner", "set local role none");
      await tx.query("testRefuse", "create function refuse_entry() returns trigger language plpgsql as $$ begin raise exception 'full'; end $$");
      await tx.query("testRefuseEntries", "create trigger refuse_entries before insert on audit_entries execute function refuse_entry()");
    });
    await expect(record([accessOf("a", { identifier: ADA })])).rejects.toThrow("full");
    for (const table of ["access_event_ids", "accessed_subjects", "access_tallies", "audit_entry_facts", "audit_entry_subjects"]) {
      expect(await world.deps.db.query(`rows of ${table}`, `select from ${table}`)).toEqual([]);
    }
  });

  test("leaves the person's identifier in no table", async () => {
    await record([accessOf("a", { identifier: { type: "email", value: "secret.person@example.org" } })]);
    const tables = await world.deps.db.query<{ name: string }>("tables", "select tablename as name from pg_tables where schemaname = 'public'");
    for (const { name } of tables) {
      expect(await world.deps.db.query(`find in ${name}`, `select from "${name}" t where t::text ilike '%secret.person%' or t::text like '%${Buffer.from("secret.person").toString("hex")}%'`)).toEqual([]);
    }
  });
});

describe("the tallies of accesses", () => {
  test("count by reporter, dataset and day of the access what was allowed, denied and without purpose", async () => {
    const other = "dataset:kafka%3A%2F%2Fshop:orders";
    await record([
      accessOf("a"), accessOf("b", { allowed: false }), accessOf("c", { purpose: " ", at: new Date("2026-03-02T08:59:30Z") }),
      accessOf("d", { at: new Date("2026-03-01T23:59:59Z") }), accessOf("e", { dataset: other }),
    ]);
    world.clock.advance("PT1M");
    await record([accessOf("f"), accessOf("g", { at: new Date("2026-03-01T01:00:00Z"), purpose: "" })]);
    const both = { reporter: "service:crm", dataset: DATASET, reportedAt: world.clock.now() };
    expect(await tallies()).toEqual([
      { ...both, day: "2026-03-01", allowed: 2, denied: 0, withoutPurpose: 1, lastAt: new Date("2026-03-01T23:59:59Z") },
      { ...both, day: "2026-03-02", dataset: other, allowed: 1, denied: 0, withoutPurpose: 0, lastAt: new Date("2026-03-02T08:59:00Z"), reportedAt: new Date("2026-03-02T09:00:00Z") },
      { ...both, day: "2026-03-02", allowed: 3, denied: 1, withoutPurpose: 1, lastAt: new Date("2026-03-02T08:59:30Z") },
    ].sort((one, other) => (`${one.day} ${one.dataset}` < `${other.day} ${other.dataset}` ? -1 : 1)));
  });

  test("take the longest id that a dataset may have", async () => {
    const long = `dataset:${"%E2%82%AC".repeat(100)}:${Array.from({ length: 3000 }, (_, index) => (index * index * 7919).toString(36).slice(-1)).join("")}`;
    expect(await record([accessOf("a", { dataset: long }), accessOf("b", { dataset: long })])).toEqual(["recorded", "recorded"]);
    expect(await tallies()).toMatchObject([{ dataset: long, allowed: 2 }]);
  });
});

test("the longest access that is taken makes an entry", async () => {
  const euro = (length: number) => "\u20ac".repeat(length);
  const longest = readAccessEvent(
    sent("e-1", {
      fields: Array.from({ length: 96 }, (_, index) => `${index}`.padEnd(508, "x")), actor: "\ud83d\ude00".repeat(256), purpose: euro(512), basis: euro(512),
      source: euro(512), dataset: `dataset:a:${"x".repeat(4086)}`, identifier: ADA,
    }),
    world.clock.now(),
  );
  expect(longest).toHaveProperty("fields");
  expect(await record([longest as AccessEvent], euro(255))).toEqual(["recorded"]);
});

describe("a list of events from a service", () => {
  const SERVICE = { principal: "crm-app", service: "crm", permissions: new Set<string>() };

  test("is taken each by itself, and reported by what became of them", async () => {
    const events = [sent("a"), sent("a"), sent("broken", { dataset: "people" }), sent("b"), sent("")];
    expect(await recordAccess(world.deps, { caller: SERVICE, events })).toEqual({ recorded: 2, duplicates: 1, refused: ["broken", ""] });
    expect((await readLog(world.deps)).map(({ entry }) => entry.source)).toEqual(["service:crm", "service:crm"]);
  });

  test("comes from the principal, where the token is no service's", async () => {
    await recordAccess(world.deps, { caller: { principal: "ida", permissions: new Set() }, events: [sent("a", { source: "desk" })] });
    expect((await readLog(world.deps))[0]!.entry.source).toBe("ida desk");
  });

  test("has at most a thousand", async () => {
    const events = Array.from({ length: 1001 }, (_, index) => sent(`e-${index}`));
    await expect(recordAccess(world.deps, { caller: SERVICE, events })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(await recordAccess(world.deps, { caller: SERVICE, events: events.slice(1) })).toMatchObject({ recorded: 1000 });
  });
});
