import { only } from "../../../src/platform/database/sql";
import { asOwner } from "../../support/as-owner";
import { countStatements } from "../../support/count-statements";
import { setup, type World } from "../../support/setup";
import { waitFor } from "../../support/wait-for";

let world: World;
const count = async (): Promise<number> => only(await world.deps.db.query<{ n: number }>("countNotes", "select count(*)::integer as n from notes")).n;

beforeAll(async () => {
  world = await setup();
  await asOwner(world.deps, "createNotes", "create table notes (id integer primary key, text text)");
  await asOwner(world.deps, "grantNotes", "grant all on notes to public");
});
beforeEach(() => world.deps.db.query("emptyNotes", "truncate notes"));
afterAll(() => world.close());

const write = "insert into notes values ($1, $2)";

test("what a transaction wrote is there after it, with the instant at which it began", async () => {
  const now = await world.deps.transaction(async (tx) => {
    expect(await tx.execute("insertNotes", "insert into notes select n, 'x' from generate_series(1, 3) n")).toBe(3);
    return tx.now;
  });
  expect(now).toEqual(world.clock.now());
  expect(await count()).toBe(3);
});

test("a failed transaction leaves nothing and wakes nobody", async () => {
  let woken = false;
  const failing = world.deps.transaction(async (tx) => {
    await tx.execute("insertNote", write, [1, "x"]);
    tx.afterCommit(() => (woken = true));
    throw new Error("changed my mind");
  });
  await expect(failing).rejects.toThrow("changed my mind");
  expect(await count()).toBe(0);
  expect(woken).toBe(false);
});

test("those who wait for a commit are woken only when others can see what it wrote", async () => {
  let seen: Promise<number> | undefined;
  await world.deps.transaction(async (tx) => {
    tx.afterCommit(() => {
      seen = count();
    });
    await tx.execute("insertNote", write, [1, "x"]);
  });
  expect(await seen).toBe(1);
});

test("a statement's error that the work swallows still fails the transaction and wakes nobody", async () => {
  let woken = false;
  const silent = world.deps.transaction(async (tx) => {
    tx.afterCommit(() => (woken = true));
    await tx.execute("insertNote", write, [1, "x"]);
    await tx.execute("insertNote", write, [1, "again"]).catch(() => 0);
  });
  await expect(silent).rejects.toThrow("rolled back");
  expect(await count()).toBe(0);
  expect(woken).toBe(false);
});

test("a statement that comes after its transaction's end is refused", async () => {
  let late: Promise<number> | undefined;
  await world.deps.transaction(async (tx) => {
    tx.afterCommit(() => {
      late = tx.execute("insertNote", write, [1, "x"]);
    });
  });
  await expect(late).rejects.toThrow("insertNote was run after its transaction had ended");
  expect(await count()).toBe(0);
});

test("of two transactions that block each other the one that PostgreSQL gives up runs again, and both succeed", async () => {
  await world.deps.db.query("twoNotes", "insert into notes values (1, ''), (2, '')");
  const attempts = { first: 0, second: 0 };
  const woken: string[] = [];
  let holding = 0;
  const lockBoth = (name: "first" | "second", order: [number, number]) =>
    world.deps.transaction(async (tx) => {
      attempts[name] += 1;
      tx.afterCommit(() => woken.push(name));
      await tx.execute("appendToNote", "update notes set text = text || $2 where id = $1", [order[0], name]);
      holding += 1;
      // Only the first round is made to cross; a repetition meets nobody.
      await waitFor(() => holding >= 2);
      await tx.execute("appendToNote", "update notes set text = text || $2 where id = $1", [order[1], name]);
    });

  await Promise.all([lockBoth("first", [1, 2]), lockBoth("second", [2, 1])]);

  // PostgreSQL gives one of the two up, and seldom gives up the repetition as well.
  expect(attempts.first + attempts.second).toBeGreaterThanOrEqual(3);
  expect(woken.sort()).toEqual(["first", "second"]);
  const texts = await world.deps.db.query<{ text: string }>("noteTexts", "select text from notes order by id");
  expect(texts.map(({ text }) => [text.match(/first/g)?.length, text.match(/second/g)?.length])).toEqual([[1, 1], [1, 1]]);
});

test("a transaction that fails to serialise three times is given up", async () => {
  let attempts = 0;
  const hopeless = world.deps.transaction(async (tx) => {
    attempts += 1;
    await tx.execute("failToSerialise", "do $$ begin raise exception 'again' using errcode = '40001'; end $$");
  });
  await expect(hopeless).rejects.toMatchObject({ code: "40001" });
  expect(attempts).toBe(3);
});

test("any other error is not repeated", async () => {
  let attempts = 0;
  const wrong = world.deps.transaction(async (tx) => {
    attempts += 1;
    await tx.execute("divideByZero", "select 1 / 0");
  });
  await expect(wrong).rejects.toMatchObject({ code: "22012" });
  expect(attempts).toBe(1);
});

test("a connection lost in a transaction does not spoil the pool", async () => {
  const lost = world.deps.transaction(async (tx) => {
    await tx.execute("endOwnSession", "select pg_terminate_backend(pg_backend_pid())");
  });
  await expect(lost).rejects.toThrow();
  expect(await count()).toBe(0);
});

test("calendar days arrive as text, instants as dates, whole numbers beyond 53 bits as text", async () => {
  const rows = await world.deps.db.query(
    "oneOfEach",
    "select date '2026-03-29' as day, array[date '2026-03-29'] as days, timestamptz '2026-03-29 00:30+00' as at, 9007199254740993::bigint as big, current_setting('timezone') as zone",
  );
  expect(rows).toEqual([{ day: "2026-03-29", days: ["2026-03-29"], at: new Date("2026-03-29T00:30:00Z"), big: "9007199254740993", zone: "UTC" }]);
});

test("statements are counted by name, inside transactions and outside", async () => {
  const counted = countStatements(world.deps);
  await counted.deps.db.query("countNotes", "select count(*)::integer as n from notes");
  await counted.deps.transaction(async (tx) => {
    await tx.execute("insertNote", write, [1, "x"]);
    await tx.manager.query("select 1");
  });
  expect(counted.statements).toEqual(["countNotes", "insertNote", "select 1"]);
});

describe("a statement that is only sent", () => {
  const insert = "insert into notes values ($1, 'sent')";

  test("is written with the rest, in its turn", async () => {
    const seen = await world.deps.transaction(async (tx) => {
      tx.send("sendNote", insert, [1]);
      return only(await tx.query<{ n: number }>("countNotesInside", "select count(*)::integer as n from notes")).n;
    });
    expect([seen, await count()]).toEqual([1, 1]);
  });

  test("fails the transaction with its own error, whether anything follows it or not", async () => {
    const twice = (follow: boolean) =>
      world.deps.transaction(async (tx) => {
        tx.send("sendNote", insert, [1]);
        tx.send("sendNote", insert, [1]);
        if (follow) await tx.query("countNotesInside", "select count(*)::integer as n from notes");
      });
    await expect(twice(false)).rejects.toMatchObject({ code: "23505" });
    await expect(twice(true)).rejects.toMatchObject({ code: "23505" });
    expect(await count()).toBe(0);
  });

  test("hides no other error", async () => {
    const failing = world.deps.transaction(async (tx) => {
      tx.send("sendNote", insert, [1]);
      await tx.execute("insertNote", write, [1, "again"]);
    });
    await expect(failing).rejects.toMatchObject({ code: "23505" });
    const refused = world.deps.transaction(async (tx) => {
      tx.send("sendNote", insert, [1]);
      tx.send("sendNote", insert, [1]);
      throw new Error("changed my mind");
    });
    await expect(refused).rejects.toThrow("changed my mind");
    expect(await count()).toBe(0);
  });
});
