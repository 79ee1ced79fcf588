import { open } from "../../src/platform/crypto/envelope";
import { addIdentifiers, findPidsByIdentifiers, listIdentifierTypes, openIdentifiers, sealForSubject, sealSubject, shredSubject } from "../../src/subjects";
import { keyPlace } from "../../src/subjects/places";
import { holdSubjectKey } from "../../src/subjects/storage/subject-store";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => {
  world = await setup();
});
afterAll(() => world.close());

const email = (value: string) => ({ type: "email", value });
const seal = (...values: string[]) => world.deps.transaction((tx) => sealSubject(tx, values.map(email)));
const valuesOf = async (pid: string): Promise<string[]> => ((await openIdentifiers(world.deps.db, [pid])).get(pid) ?? []).map(({ value }) => value).sort();

describe("sealing a subject", () => {
  test("makes a new pid each time, also for the same person", async () => {
    const [one, other] = [await seal("ada@example.org"), await seal("ada@example.org")];
    expect(one.pid).not.toBe(other.pid);
    expect(await findPidsByIdentifiers(world.deps.db, [email("ada@example.org")])).toEqual([one.pid, other.pid].sort());
  });

  test("stores each identifier once, in its normal form", async () => {
    const { pid } = await seal(" Grace@Example.org", "grace@example.org", "hopper@example.org");
    expect(await valuesOf(pid)).toEqual(["grace@example.org", "hopper@example.org"]);
  });

  test("marks what the request says as asserted", async () => {
    const { pid } = await seal("joan@example.org");
    expect(await listIdentifierTypes(world.deps.db, pid)).toEqual([{ id: expect.any(String), type: "email", status: "ASSERTED", from: null }]);
  });

  test("leaves no identifier readable in the database", async () => {
    const { pid } = await seal("readable@example.org");
    const rows = await world.deps.db.query<{ row: string }>(
      "wholeRows",
      "select i::text || k::text as row from subject_identifiers i join subject_keys k on k.pid = i.pid where i.pid = $1",
      [pid],
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]!.row).not.toContain("readable");
    expect(rows[0]!.row).not.toContain(Buffer.from("readable@example.org").toString("hex"));
  });

  test("is refused without identifiers and with a malformed one, and then writes nothing", async () => {
    const before = await world.deps.db.query("countKeys", "select count(*) from subject_keys");
    await expect(seal()).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    await expect(seal("good@example.org", "")).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
    expect(await world.deps.db.query("countKeys", "select count(*) from subject_keys")).toEqual(before);
  });
});

describe("adding identifiers", () => {
  const add = (pid: string, status: "ASSERTED" | "QUARANTINED", values: string[], from?: string) =>
    world.deps.transaction((tx) => addIdentifiers(tx, pid, values.map(email), status, from));

  test("answers only those that were not there, and remembers who named them", async () => {
    const { pid } = await seal("a@example.org");
    const added = await add(pid, "QUARANTINED", ["A@example.org", "b@example.org"], "dataset:postgres%3A%2F%2Fcrm:people");
    expect(added).toEqual([{ id: expect.any(String), type: "email" }]);
    expect(await listIdentifierTypes(world.deps.db, pid)).toContainEqual({
      id: added[0]!.id,
      type: "email",
      status: "QUARANTINED",
      from: "dataset:postgres%3A%2F%2Fcrm:people",
    });
    expect(await valuesOf(pid)).toEqual(["a@example.org", "b@example.org"]);
  });

  test("again adds nothing and changes no status", async () => {
    const { pid } = await seal("c@example.org");
    expect(await add(pid, "QUARANTINED", ["c@example.org"])).toEqual([]);
    expect((await listIdentifierTypes(world.deps.db, pid)).map(({ status }) => status)).toEqual(["ASSERTED"]);
  });

  test("of one person at the same time from two sides stores each once", async () => {
    const { pid } = await seal("d@example.org");
    const added = await Promise.all([add(pid, "ASSERTED", ["e@example.org", "f@example.org"]), add(pid, "ASSERTED", ["f@example.org", "e@example.org"])]);
    expect(added.flat()).toHaveLength(2);
    expect(await valuesOf(pid)).toEqual(["d@example.org", "e@example.org", "f@example.org"]);
  });

  test("is refused for a subject that was destroyed or never was", async () => {
    await expect(add(world.deps.ids.uuid(), "ASSERTED", ["g@example.org"])).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
  });
});

test("a text about a subject opens with the subject's key, as long as there is one", async () => {
  const { deps } = world;
  const { pid } = await seal("ada@example.org");
  const place = { table: "notes", column: "note", row: "1" };
  const [sealed, key] = await deps.transaction(async (tx) => [await sealForSubject(tx, pid, place, "Ada called"), await holdSubjectKey(tx, pid)]);
  expect(open(deps.keyring.unwrapDataKey(key as string, keyPlace(pid)), place, sealed)).toBe("Ada called");
  await deps.transaction((tx) => shredSubject(tx, pid));
  await expect(deps.transaction((tx) => sealForSubject(tx, pid, place, "Ada called"))).rejects.toMatchObject({ code: "PRECONDITION_FAILED" });
});
