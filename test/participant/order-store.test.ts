import { Pool, type PoolClient } from "pg";
import { accepted, erased, MemoryOrderStore, type KnownOrder, type OrderSlot, type OrderStore, type ParticipantDataset } from "../../src/participant";
import { createTestDatabase, type TestDatabase } from "../support/test-database";
import { Office, ORDERS } from "./office";

// As printed in docs/participant-guide.md.
class PostgresOrderStore implements OrderStore<PoolClient> {
  constructor(private readonly pool: Pool) {}

  async transact<Result>(orderId: string, step: (slot: OrderSlot<PoolClient>) => Promise<Result>): Promise<Result> {
    const tx = await this.pool.connect();
    try {
      await tx.query("begin");
      await tx.query("insert into cadastre_orders (order_id) values ($1) on conflict do nothing", [orderId]);
      const { rows } = await tx.query<{ known: KnownOrder | null }>("select known from cadastre_orders where order_id = $1 for update", [orderId]);
      const result = await step({
        tx,
        known: rows[0]?.known ?? undefined,
        keep: async (next) => {
          await tx.query("update cadastre_orders set known = $2 where order_id = $1", [orderId, next && JSON.stringify(next)]);
        },
      });
      await tx.query("commit");
      return result;
    } catch (error) {
      await tx.query("rollback");
      throw error;
    } finally {
      tx.release();
    }
  }
}

const office = new Office();
afterAll(() => office.close());

describe("in the service's own PostgreSQL", () => {
  let database: TestDatabase;
  let pool: Pool;
  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.url, max: 4 });
    pool.on("error", () => undefined); // It ends before its connections are closed, and the database is dropped under them.
    await pool.query("create table cadastre_orders (order_id text primary key, known json); create table carts (email text)");
  });
  beforeEach(() => pool.query("truncate carts; insert into carts values ('jane@example.com'), ('jane@example.com'), ('joe@example.com')"));
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });

  const eraseCarts: ParticipantDataset<PoolClient>["erase"] = async ({ tx, identifiers }) => {
    const { rowCount } = await tx.query("delete from carts where email = any($1)", [identifiers("email").email]);
    return erased(rowCount ?? NaN);
  };
  const emails = async (): Promise<string[]> => (await pool.query<{ email: string }>("select email from carts order by 1")).rows.map((row) => row.email);
  const serve = (datasets: ParticipantDataset<PoolClient>[]) =>
    office.serve(datasets, { store: new PostgresOrderStore(pool), receipts: { attempts: 1, waitMs: 0 } });

  it("effect and answer are kept together, and a restarted service gives the same answer", async () => {
    const order = office.order();
    const first = await office.send((await serve([{ ...ORDERS, erase: eraseCarts }])).url, order);
    expect(await emails()).toEqual(["joe@example.com"]);
    const restarted = await serve([{ ...ORDERS, erase: eraseCarts }]);
    expect((await office.send(restarted.url, order)).body).toBe(first.body);
    expect(await office.outcomes(restarted.url, order)).toEqual(["ERASED 2"]);
  });

  it("of many deliveries at once, to several processes, one has the effect", async () => {
    const order = office.order();
    const servers = await Promise.all([serve([{ ...ORDERS, erase: eraseCarts }]), serve([{ ...ORDERS, erase: eraseCarts }])]);
    const bodies = await Promise.all(Array.from({ length: 12 }, async (_, attempt) => (await office.send(servers[attempt % 2]!.url, { ...order, attempt: attempt + 1 })).body));
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain('"outcome":"ERASED","count":2');
  });

  it("a handler that fails after its effect leaves no effect", async () => {
    const order = office.order();
    let broken = true;
    const { url } = await serve([{
      ...ORDERS,
      erase: async (context) => {
        const part = await eraseCarts(context);
        if (broken) throw new Error("the disk is full");
        return part;
      },
    }]);
    expect(await office.send(url, order)).toMatchObject({ status: 500 });
    expect(await emails()).toHaveLength(3);
    broken = false;
    expect(await office.outcomes(url, order)).toEqual(["ERASED 2"]);
  });

  it("a delayed effect and its answer are kept together too", async () => {
    const { url, participant } = await serve([{ ...ORDERS, erase: () => accepted() }]);
    const order = office.order();
    expect(await office.send(url, order)).toMatchObject({ status: 202 });
    const work = async (tx: PoolClient) => {
      const { rowCount } = await tx.query("delete from carts where email = 'jane@example.com'");
      return [{ ...ORDERS, reply: erased(rowCount ?? NaN) }];
    };
    await expect(participant.complete(order.orderId, work)).rejects.toMatchObject({ name: "ReceiptNotTaken" });
    expect(await emails()).toEqual(["joe@example.com"]);
    expect(await office.outcomes(url, order)).toEqual(["ERASED 2"]);
  });

  it("nothing about the person is remembered", async () => {
    await office.ask((await serve([{ ...ORDERS, erase: eraseCarts }])).url, office.order());
    const { rows } = await pool.query("select known::text from cadastre_orders");
    expect(JSON.stringify(rows)).not.toContain("jane@example.com");
  });
});

describe("in memory", () => {
  const answered = (orderId: string): KnownOrder =>
    ({ state: "ANSWERED", order: { orderId, kind: "erase", dryRun: false, datasets: [], status_callback_urls: [] }, answer: { orderId, kind: "erase", dryRun: false, observedAt: "", results: [] } });
  const acceptedOrder = (orderId: string): KnownOrder =>
    ({ state: "ACCEPTED", order: { orderId, kind: "erase", dryRun: false, datasets: [], status_callback_urls: [] }, findings: { results: [], identities: [] } });
  const knows = async (store: MemoryOrderStore, orderId: string): Promise<boolean> => store.transact(orderId, async ({ known }) => known !== undefined);

  it("the oldest answers are forgotten first, accepted orders never", async () => {
    const store = new MemoryOrderStore(2);
    for (const known of [acceptedOrder("a"), answered("b"), answered("c"), answered("d")]) {
      await store.transact(known.state === "RECALLED" ? "" : known.order.orderId, ({ keep }) => keep(known));
    }
    expect(await Promise.all(["a", "b", "c", "d"].map((orderId) => knows(store, orderId)))).toEqual([true, false, false, true]);
  });

  it("a step that fails changes nothing, and the next one runs", async () => {
    const store = new MemoryOrderStore();
    const failing = store.transact("a", async ({ keep }) => {
      await keep(answered("a"));
      throw new Error("no");
    });
    const following = knows(store, "a");
    await expect(failing).rejects.toThrow("no");
    expect(await following).toBe(false);
  });
});
