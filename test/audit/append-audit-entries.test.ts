import { appendAuditEntries, appendAuditEntry, recordDenied } from "../../src/audit";
import { canonicalBytes } from "../../src/protocol/canonical-json";
import { countStatements } from "../support/count-statements";
import { setup, type World } from "../support/setup";

let world: World;
beforeAll(async () => void (world = await setup()));
afterAll(() => world.close());

const PID = "01992f00-0000-7000-8000-00000000000a";

interface Stored {
  id: string;
  entry: Buffer;
  recorded_at: Date;
}

const storedOf = async (object: string): Promise<Stored[]> =>
  world.deps.db.query<Stored>(
    "testStoredEntries",
    "select i.* from audit_inbox i join audit_entry_facts f using (id) where f.object = $1 order by f.actor",
    [object],
  );
const parse = ({ entry }: Stored) => JSON.parse(entry.toString("utf8")) as Record<string, unknown>;

describe("an audit entry", () => {
  test("is stored as the exact canonical bytes of all that was said, with id, time and salt", async () => {
    await world.deps.transaction((tx) =>
      appendAuditEntry(tx, {
        action: "catalog.register-service",
        actor: "ada",
        object: "service:orders",
        fields: ["email", "name"],
        purpose: "support",
        basis: "contract",
        subjects: [PID],
        source: "198.51.100.7",
      }),
    );
    const [stored, ...others] = await storedOf("service:orders");
    expect(others).toEqual([]);
    const entry = parse(stored!);
    expect(canonicalBytes(entry).equals(stored!.entry)).toBe(true);
    const { salt, ...said } = entry;
    expect(Buffer.from(salt as string, "base64")).toHaveLength(16);
    expect(said).toEqual({
      v: 1,
      id: stored!.id,
      time: world.clock.now().toISOString(),
      action: "catalog.register-service",
      actor: "ada",
      object: "service:orders",
      fields: ["email", "name"],
      purpose: "support",
      basis: "contract",
      subjects: [PID],
      source: "198.51.100.7",
      outcome: "ok",
    });
    expect(stored!.recorded_at).toEqual(world.clock.now());
  });

  test("leaves out what was not said", async () => {
    await world.deps.transaction((tx) => appendAuditEntry(tx, { action: "a.b", actor: "ada", object: "sparse", subjects: [] }));
    const [stored] = await storedOf("sparse");
    expect(Object.keys(parse(stored!))).toEqual(["action", "actor", "id", "object", "outcome", "salt", "time", "v"]);
  });

  test("is gone when its transaction is rolled back", async () => {
    const failing = world.deps.transaction(async (tx) => {
      await appendAuditEntry(tx, { action: "a.b", actor: "ada", object: "rolled back" });
      throw new Error("the change failed");
    });
    await expect(failing).rejects.toThrow("the change failed");
    expect(await storedOf("rolled back")).toEqual([]);
  });

  test("of more than 65,535 bytes is refused, one of exactly as many is not", async () => {
    const append = (length: number) =>
      world.deps.transaction((tx) => appendAuditEntry(tx, { action: "a.b", actor: "ada", object: "long", source: "x".repeat(length) }));
    await append(0);
    const [short] = await storedOf("long");
    const most = 65_535 - short!.entry.length;
    await append(most);
    await expect(append(most + 1)).rejects.toMatchObject({ code: "TOO_LARGE" });
  });

  test("has a salt of its own, so that equal entries have different bytes", async () => {
    await world.deps.transaction((tx) =>
      appendAuditEntries(tx, [
        { action: "a.b", actor: "ada", object: "twin" },
        { action: "a.b", actor: "bob", object: "twin" },
      ]),
    );
    const [one, other] = (await storedOf("twin")).map(parse);
    expect(one!.salt).not.toBe(other!.salt);
    expect([one!.actor, other!.actor]).toEqual(["ada", "bob"]);
  });

  test("is written with a thousand others in one statement", async () => {
    const { deps, statements } = countStatements(world.deps);
    const entries = Array.from({ length: 1000 }, () => ({ action: "access.data", actor: "bulk", subjects: [PID] }));
    await deps.transaction((tx) => appendAuditEntries(tx, entries));
    expect(statements).toEqual(["insertAuditEntries"]);
    const [count] = await world.deps.db.query<{ n: number }>("testBulk", "select count(*)::int as n from audit_entry_facts where actor = 'bulk'");
    expect(count!.n).toBe(1000);
  });
});

test("a list without entries writes nothing", async () => {
  const { deps, statements } = countStatements(world.deps);
  await deps.transaction((tx) => appendAuditEntries(tx, []));
  expect(statements).toEqual([]);
});

test("a refusal is recorded as denied, in a transaction of its own", async () => {
  await recordDenied(world.deps, { action: "erasure.approve-erasure-request", actor: "eve", object: "refused" });
  const [stored] = await storedOf("refused");
  expect(parse(stored!)).toMatchObject({ action: "erasure.approve-erasure-request", actor: "eve", outcome: "denied" });
});
