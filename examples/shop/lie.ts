import type { Pool } from "pg";
import type { ShopService } from "./service";

/**
 * Makes the service a liar, for the test of the demo: what it erases it keeps in a table that it declared to nobody. Every answer it gives
 * is true of the tables that Cadastre knows, so no order can find out; an independent look into the database does.
 */
export async function keepBehindCadastresBack(pool: Pool, { datasets }: ShopService): Promise<void> {
  for (const { name } of datasets) {
    const table = name.split(".").at(-1);
    await pool.query(`
      create table if not exists old_${table} (like ${table});
      create or replace function keep_${table}() returns trigger language plpgsql as
        $$ begin insert into old_${table} values (old.*); return old; end $$;
      create or replace trigger keep before delete on ${table} for each row execute function keep_${table}()`);
  }
}
