import { Client } from "pg";
import type { Tx } from "../../src/platform/database/sql";
import { findOrMakeAccessed, findPidsByIdentifiers, forgetAccessed, type Identifier, sealSubject } from "../../src/subjects";
import { asOwner } from "../support/as-owner";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

const email = (value: string): Identifier => ({ type: "email", value });
const access = (...values: string[]) => world.deps.transaction((tx) => findOrMakeAccessed(tx, values.map(email)));
const find = (value: string) => findPidsByIdentifiers(world.deps.db, [email(value)]);
const isWaiting = (statement: string) => async () =>
  (await asOwner(world.deps, "waiting", "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like $1", [`%${statement}%`])).length > 0;

describe("persons whose data was accessed", () => {
  test("have a pid by identifier, the same each time and in any spelling, in the order asked", async () => {
    const [ada, bob, again] = await access("ada@example.org", "bob@example.org", " ADA@example.org");
    expect([ada, bob]).toEqual([expect.any(String), expect.any(String)]);
    expect([again === ada, bob === ada]).toEqual([true, false]);
    expect(await access("bob@example.org", "ada@example.org")).toEqual([bob, ada]);
    expect(await access()).toEqual([]);
  });

  test("are found by identifier, beside the subject who is known by it", async () => {
    const { pid } = await world.deps.transaction((tx) => sealSubject(tx, [email("eve@example.org")]));
    const [accessed] = await access("eve@example.org");
    expect((await find("Eve@example.org")).sort()).toEqual([pid, accessed].sort());
    await access("solo@example.org");
    expect(await find("solo@example.org")).toHaveLength(1);
  });

  test("leave nothing of the identifier behind but its blind index", async () => {
    await access("hidden@example.org");
    const rows = await world.deps.db.query<{ row: string }>("accessedRows", "select a::text as row from accessed_subjects a");
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain("hidden");
  });

  test("are a thousand found in one statement, and a thousand made in two", async () => {
    const { deps, statements } = countStatements(world.deps);
    const many = Array.from({ length: 1000 }, (_, index) => email(`many-${index}@example.org`));
    const made = await deps.transaction((tx) => findOrMakeAccessed(tx, many));
    expect(statements.splice(0)).toEqual(["holdAccessed", "insertAccessed"]);
    expect(new Set(made).size).toBe(1000);
    expect(await deps.transaction((tx) => findOrMakeAccessed(tx, many))).toEqual(made);
    expect(statements).toEqual(["holdAccessed"]);
  });

  test("that are malformed are refused", async () => {
    await expect(access("a b")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
  });

  test("get one pid from two that meet them at the same moment", async () => {
    let other: Promise<string[]> | undefined;
    const [mine] = await world.deps.transaction(async (tx) => {
      const made = await findOrMakeAccessed(tx, [email("race@example.org"), email("race-too@example.org")]);
      other = access("race-too@example.org", "race@example.org");
      await waitFor(isWaiting("insertAccessed"));
      return made;
    });
    expect((await other)![1]).toBe(mine);
    expect(await find("race@example.org")).toEqual([mine]);
  });

  test("are not forgotten while an access to their data is being recorded", async () => {
    const [known] = await access("held@example.org");
    const keeper = new Client({ connectionString: world.databaseUrl });
    await keeper.connect();
    let deleted: Promise<unknown> | undefined;
    await world.deps.transaction(async (tx) => {
      expect(await findOrMakeAccessed(tx, [email("held@example.org")])).toEqual([known]);
      deleted = keeper.query("/* keeperDeletes */ delete from accessed_subjects where pid = $1", [known]);
      await waitFor(isWaiting("keeperDeletes"));
    });
    await deleted;
    await keeper.end();
    expect((await access("held@example.org"))[0]).not.toBe(known);
  });
});

describe("forgetting under which pid a subject's data was accessed", () => {
  const forget = (work: (tx: Tx) => Promise<{ pid: string }>) => world.deps.transaction(async (tx) => forgetAccessed(tx, (await work(tx)).pid));

  test("goes by all of the subject's identifiers, and touches nobody else", async () => {
    const accessed = await access("one@example.org", "two@example.org", "other@example.org");
    const forgotten = await forget((tx) => sealSubject(tx, [email("one@example.org"), email("two@example.org"), email("never@example.org")]));
    expect(forgotten.sort()).toEqual(accessed.slice(0, 2).sort());
    expect(await find("other@example.org")).toEqual([accessed[2]]);
    expect((await access("one@example.org"))[0]).not.toBe(accessed[0]);
  });

  test("leaves out identifiers in quarantine, which may be another person's", async () => {
    const [accessed] = await access("doubted@example.org");
    expect(await forget((tx) => sealSubject(tx, [email("doubted@example.org")], "QUARANTINED"))).toEqual([]);
    expect(await find("doubted@example.org")).toEqual([accessed]);
  });
});
