import type { Pool, PoolClient } from "pg";
import { PostgresOrderStore } from "./order-store";
import { makePeople } from "./people/people";
import type { ShopService } from "./service";

/** Makes the service's tables and fills them, in an empty database; leaves any other as it is. */
export async function prepareDatabase(pool: Pool, service: ShopService): Promise<void> {
  const tx = await pool.connect();
  try {
    await tx.query("begin");
    const { rows } = await tx.query<{ exists: boolean }>("select to_regclass('cadastre_orders') is not null as exists");
    if (!rows[0]?.exists) {
      await tx.query(`${PostgresOrderStore.schema}; ${service.schema}`);
      for (const [table, records] of Object.entries(service.fill(makePeople()))) await insertAll(tx, table, records);
    }
    await tx.query("commit");
  } finally {
    tx.release();
  }
}

async function insertAll(tx: PoolClient, table: string, records: readonly object[]): Promise<void> {
  await tx.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1)`, [JSON.stringify(records)]);
}
