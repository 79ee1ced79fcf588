import type { ClientBase, Pool, QueryConfig } from "pg";
import type { DataSource } from "typeorm";
import type { Clock } from "../clock";
import type { Config } from "../config";
import type { Keyring } from "../crypto/keyring";
import type { Ids } from "../ids";
import type { Reader, Tx } from "./sql";

interface Surroundings {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keyring: Keyring;
  readonly config: Config;
}

const RETRIED = new Set(["40P01", "40001"]);
const ATTEMPTS = 3;

const named = (name: string, text: string, values: readonly unknown[]): QueryConfig => ({
  name,
  text: `/* ${name} */ ${text}`,
  values: values as unknown[],
});

const poolOf = (source: DataSource): Pool => (source.driver as unknown as { master: Pool }).master;

/** Reads outside a transaction, on whichever pooled connection is free. */
export function createReader(source: DataSource, around: Surroundings): Reader {
  const pool = poolOf(source);
  return {
    ...around,
    query: async <Row>(name: string, text: string, values: readonly unknown[] = []) =>
      (await pool.query(named(name, text, values))).rows as Row[],
  };
}

/** Runs work in a transaction; a deadlock or serialisation failure runs it again on a fresh one. */
export function createTransaction(source: DataSource, around: Surroundings): <R>(work: (tx: Tx) => Promise<R>) => Promise<R> {
  return async (work) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await runOnce(source, around, work);
      } catch (error) {
        const code = (error as { code?: string }).code;
        if (code === undefined || !RETRIED.has(code) || attempt === ATTEMPTS) throw error;
      }
    }
  };
}

async function runOnce<R>(source: DataSource, around: Surroundings, work: (tx: Tx) => Promise<R>): Promise<R> {
  const runner = source.createQueryRunner();
  const after: (() => void)[] = [];
  try {
    const client = (await runner.connect()) as ClientBase;
    await runner.startTransaction();
    const tx: Tx = {
      ...around,
      now: around.clock.now(),
      manager: runner.manager,
      query: async <Row>(name: string, text: string, values: readonly unknown[] = []) =>
        (await client.query(named(name, text, values))).rows as Row[],
      execute: async (name, text, values = []) => (await client.query(named(name, text, values))).rowCount ?? 0,
      afterCommit: (job) => void after.push(job),
    };
    const result = await work(tx);
    await runner.commitTransaction();
    for (const job of after) job();
    return result;
  } catch (error) {
    if (runner.isTransactionActive) await runner.rollbackTransaction().catch(() => undefined);
    throw error;
  } finally {
    await runner.release();
  }
}
