import type { Pool, PoolClient } from "pg";
import type { KnownOrder, OrderSlot, OrderStore } from "../../src/participant";

/** Remembers orders in the service's own database: what an order does and what it was answered are committed together. */
export class PostgresOrderStore implements OrderStore<PoolClient> {
  static readonly schema = "create table cadastre_orders (order_id text primary key, known json)";

  constructor(private readonly pool: Pool) {}

  async transact<Result>(orderId: string, step: (slot: OrderSlot<PoolClient>) => Promise<Result>): Promise<Result> {
    const tx = await this.pool.connect();
    try {
      await tx.query("begin");
      await tx.query("insert into cadastre_orders (order_id) values ($1) on conflict do nothing", [orderId]);
      const { rows } = await tx.query<{ known: KnownOrder | null }>(
        "select known from cadastre_orders where order_id = $1 for update", [orderId],
      );
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
