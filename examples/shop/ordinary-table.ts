import type { PoolClient } from "pg";
import { done, erased, found, type OrderContext, type ParticipantDataset } from "../../src/participant";
import { NAMESPACE } from "./service";

export type Context = OrderContext<PoolClient>;
type Identifier = "email" | "phone" | "customer_id";

interface Place {
  readonly database: string;
  readonly table: string;
  /** Columns, named like the types of identifier they hold, by which a person's rows are found. */
  readonly by: readonly Identifier[];
}

/** A table whose rows about a person can simply go. Every row has its `created_at`. */
export function ordinaryTable({ database, table, by }: Place) {
  const count = async (context: Context): Promise<number> => {
    const { condition, values } = rowsOfPerson(context, by);
    const { rows } = await context.tx.query<{ count: number }>(`select count(*)::int as count from ${table} where ${condition}`, values);
    return rows[0]?.count ?? NaN;
  };
  return {
    namespace: NAMESPACE,
    name: `${database}.public.${table}`,
    discover: async (context) => found(await count(context)),
    verify: async (context) => found(await count(context)),
    erase: (context) =>
      unlessDryRun(context, async () => {
        const { condition, values } = rowsOfPerson(context, by);
        const { rowCount } = await context.tx.query(`delete from ${table} where ${condition}`, values);
        return erased(rowCount ?? NaN);
      }),
    plant: (context) => unlessDryRun(context, async () => done(await plant(context, table, by))),
    // The shop deletes nothing of its own accord: a held person has only orders to fear, and those Cadastre keeps back.
    hold: async (context) => done(await count(context)),
    release: async (context) => done(await count(context)),
  } satisfies ParticipantDataset<PoolClient>;
}

/** SQL for the rows of the order's person, but what was collected after the request: a returning customer's fresh data is not part of it. */
export function rowsOfPerson({ identifiers, order }: Context, by: readonly Identifier[]): { condition: string; values: unknown[] } {
  const known = identifiers(...by);
  const matches = by.map((column, index) => `${column} = any($${index + 2})`);
  return {
    condition: `created_at <= $1 and (${matches.join(" or ")})`,
    values: [order.collected_before ?? "infinity", ...by.map((column) => known[column])],
  };
}

/** Does the work; takes it back where the order only wants it counted. */
export async function unlessDryRun<Result>({ dryRun, tx }: Context, work: () => Promise<Result>): Promise<Result> {
  if (!dryRun) return work();
  await tx.query("savepoint dry_run");
  const result = await work();
  await tx.query("rollback to savepoint dry_run");
  return result;
}

async function plant({ identifiers, order, tx }: Context, table: string, by: readonly Identifier[]): Promise<number> {
  const known = identifiers(...by);
  const places = by.map((_, index) => `$${index + 2}`);
  const { rowCount } = await tx.query(
    `insert into ${table} (created_at, ${by.join(", ")}) values ($1, ${places.join(", ")})`,
    [order.submitted_time, ...by.map((column) => known[column][0])],
  );
  return rowCount ?? NaN;
}
