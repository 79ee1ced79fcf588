import { confirmIdentifier, findIdentifier, listQuarantined, openIdentifiers, sealSubject } from "../../src/subjects";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

const seal = (value: string, status?: "QUARANTINED") =>
  world.deps.transaction((tx) => sealSubject(tx, [{ type: "email", value }, { type: "customer_id", value: `C-${value}` }], status));

describe("opening identifiers", () => {
  test("gives each subject its own, in one statement", async () => {
    const pids = [(await seal("a@example.org")).pid, (await seal("b@example.org")).pid, world.deps.ids.uuid()];
    const { deps, statements } = countStatements(world.deps);
    const opened = await openIdentifiers(deps.db, pids);
    expect(pids.map((pid) => opened.get(pid)!.map(({ value }) => value).sort())).toEqual([["C-a@example.org", "a@example.org"], ["C-b@example.org", "b@example.org"], []]);
    expect(statements).toEqual(["findSealedIdentifiers"]);
  });

  test("fails where a sealed value was moved to another row", async () => {
    const [one, other] = [await seal("one@example.org"), await seal("other@example.org")];
    await swap("update subject_identifiers t set sealed = s.sealed from subject_identifiers s where t.pid = $1 and s.pid = $2 and t.type = s.type", other.pid, one.pid);
    await expect(openIdentifiers(world.deps.db, [other.pid])).rejects.toThrow(/cannot be opened/);
  });

  test("fails where a person's key was given to another", async () => {
    const [one, other] = [await seal("key@example.org"), await seal("thief@example.org")];
    await swap("update subject_keys t set wrapped_key = s.wrapped_key from subject_keys s where t.pid = $1 and s.pid = $2", other.pid, one.pid);
    await swap("update subject_identifiers set pid = $1 where pid = $2", other.pid, one.pid);
    await expect(openIdentifiers(world.deps.db, [other.pid])).rejects.toThrow(/cannot be opened/);
  });

  const swap = (sql: string, to: string, from: string) => world.deps.transaction((tx) => tx.execute(`tamper ${sql.length}`, sql, [to, from]));
});

describe("an identifier in quarantine", () => {
  test("is listed as such, and no longer once it is confirmed", async () => {
    const { pid } = await seal("q@example.org", "QUARANTINED");
    const quarantined = await listQuarantined(world.deps.db, [pid]);
    expect(quarantined.map(({ type }) => type).sort()).toEqual(["customer_id", "email"]);

    const { id } = quarantined[0]!;
    expect(await world.deps.transaction((tx) => confirmIdentifier(tx, id))).toBe(true);
    expect(await findIdentifier(world.deps.db, id)).toEqual({ id, pid, status: "CONFIRMED" });
    expect(await listQuarantined(world.deps.db, [pid])).toHaveLength(1);
  });

  test("is confirmed once; an asserted one not at all", async () => {
    const { pid } = await seal("r@example.org");
    const [opened] = (await openIdentifiers(world.deps.db, [pid])).get(pid)!;
    expect(await world.deps.transaction((tx) => confirmIdentifier(tx, opened!.id))).toBe(false);
    expect(await findIdentifier(world.deps.db, opened!.id)).toMatchObject({ status: "ASSERTED" });
  });
});
