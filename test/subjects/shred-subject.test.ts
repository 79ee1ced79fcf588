import { open } from "../../src/platform/crypto/envelope";
import { addIdentifiers, findPidsByIdentifiers, listIdentifierTypes, openIdentifiers, sealSubject, shredSubject } from "../../src/subjects";
import { asOwner } from "../support/as-owner";
import { setup, type World } from "../support/setup";
import { waitFor } from "../support/wait-for";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

const identifier = { type: "email", value: "ada@example.org" };
const seal = () => world.deps.transaction((tx) => sealSubject(tx, [identifier]));
const shred = (pid: string) => world.deps.transaction((tx) => shredSubject(tx, pid));

describe("shredding a subject", () => {
  test("leaves nothing to find, list or open, and touches no one else", async () => {
    const [gone, stays] = [await seal(), await seal()];
    expect(await shred(gone.pid)).toBe(true);
    expect(await findPidsByIdentifiers(world.deps.db, [identifier])).toEqual([stays.pid]);
    expect(await listIdentifierTypes(world.deps.db, gone.pid)).toEqual([]);
    const opened = await openIdentifiers(world.deps.db, [gone.pid, stays.pid]);
    expect([opened.get(gone.pid), opened.get(stays.pid)?.length]).toEqual([[], 1]);
    await shred(stays.pid);
  });

  test("makes a ciphertext that somebody kept unreadable: no key that is left opens it", async () => {
    const { pid } = await seal();
    const [kept] = await world.deps.db.query<{ id: string; sealed: string }>("keep", "select id, sealed from subject_identifiers where pid = $1", [pid]);
    await shred(pid);

    const { keyring } = world.deps;
    const other = await seal();
    const [row] = await world.deps.db.query<{ wrapped_key: string }>("key", "select wrapped_key from subject_keys where pid = $1", [other.pid]);
    const left = keyring.unwrapDataKey(row!.wrapped_key, { table: "subject_keys", column: "wrapped_key", row: other.pid });
    const place = { table: "subject_identifiers", column: "sealed", row: kept!.id };
    for (const key of [left, keyring.newDataKey()]) expect(() => open(key, place, kept!.sealed)).toThrow(/cannot be opened/);
  });

  test("is done once, and nothing can be added afterwards", async () => {
    const { pid } = await seal();
    expect([await shred(pid), await shred(pid)]).toEqual([true, false]);
    const adding = world.deps.transaction((tx) => addIdentifiers(tx, pid, [identifier], "ASSERTED"));
    await expect(adding).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  });

  const isShredWaiting = async (): Promise<boolean> => {
    const sql = "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%shredSubject%'";
    return (await asOwner(world.deps, "waitingShreds", sql)).length > 0;
  };

  test("waits for identifiers that are just being added, and takes them too", async () => {
    const { pid } = await seal();
    let shredding: Promise<boolean> | undefined;
    await world.deps.transaction(async (tx) => {
      await addIdentifiers(tx, pid, [{ type: "login", value: "ada" }], "ASSERTED");
      shredding = shred(pid);
      await waitFor(isShredWaiting);
    });
    expect(await shredding).toBe(true);
    expect(await world.deps.db.query("rest", "select from subject_identifiers where pid = $1", [pid])).toEqual([]);
  });
});
