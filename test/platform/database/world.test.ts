import { asOwner } from "../../support/as-owner";
import { setup } from "../../support/setup";
import { waitFor } from "../../support/wait-for";

test("two worlds do not see each other's rows, and a closed one leaves nothing", async () => {
  const [one, other] = await Promise.all([setup(), setup()]);
  await asOwner(one.deps, "createMarks", "create table marks (id integer)");
  expect(await other.deps.db.query("findMarks", "select to_regclass('marks') as marks")).toEqual([{ marks: null }]);
  const name = new URL(one.databaseUrl).pathname.slice(1);
  await one.close();
  expect(await other.deps.db.query("findDatabase", "select from pg_database where datname = $1", [name])).toEqual([]);
  await other.close();
});

test("time stands still until it is moved, and is what transactions write", async () => {
  const { deps, clock, close } = await setup();
  expect(deps.clock.now()).toEqual(new Date("2026-03-02T09:00:00Z"));
  clock.advance("P1DT5M");
  expect(await deps.transaction(async (tx) => tx.now)).toEqual(new Date("2026-03-03T09:05:00Z"));
  clock.set("2027-01-01T00:00:00Z");
  expect(deps.clock.now()).toEqual(new Date("2027-01-01T00:00:00Z"));
  await close();
});

test("the same seed gives the same ids, another seed others", async () => {
  const worlds = await Promise.all([setup({ seed: "a" }), setup({ seed: "a" }), setup({ seed: "b" }), setup()]);
  const [first, again, other, random] = worlds.map(({ deps }) => [deps.ids.uuid(), deps.ids.uuid(), deps.ids.bytes(40).toString("hex")]);
  expect(again).toEqual(first);
  expect(new Set([...first!, ...other!, ...random!]).size).toBe(9);
  await Promise.all(worlds.map(({ close }) => close()));
});

test("the world's configuration is the environment's, overridden by name", async () => {
  const { deps, close } = await setup({ config: { CADASTRE_COOLING_OFF: "PT0S" } });
  expect(deps.config.coolingOff).toBe("PT0S");
  expect(deps.config.verifyAfter).toBe("PT5M");
  await close();
});

test("waiting returns what the condition gave, and names what it waited for in vain", async () => {
  let looks = 0;
  expect(await waitFor(() => ((looks += 1) === 3 ? "there" : undefined))).toBe("there");
  await expect(waitFor(() => looks < 0, { deadlineMs: 50 })).rejects.toThrow("looks < 0");
});
