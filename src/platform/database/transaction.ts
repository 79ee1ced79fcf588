import { setTimeout } from "node:timers/promises";
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
/** Times the attempt: the rival that was let through needs a moment to take what the loser gave up. */
const PAUSE_MS = 20;

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
    const { result, after } = await withRetries(() => runOnce(source, around, work));
    for (const job of after) job();
    return result;
  };
}

async function withRetries<R>(run: () => Promise<R>): Promise<R> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      const code = (error as { code?: string }).code;
      if (code === undefined || !RETRIED.has(code) || attempt === ATTEMPTS) throw error;
      await setTimeout(PAUSE_MS * attempt);
    }
  }
}

/** PostgreSQL's answer to whatever follows a statement that failed. */
const ABORTED = "25P02";

/** Why a transaction failed: where the error only says that something had failed before, that may be a statement whose answer nobody waited for. */
async function reasonOf(error: unknown, sent: readonly Promise<unknown>[]): Promise<unknown> {
  if ((error as { code?: string }).code !== ABORTED) return error;
  const answers = await Promise.allSettled(sent);
  return answers.find((answer) => answer.status === "rejected")?.reason ?? error;
}

interface Committed<R> {
  readonly result: R;
  readonly after: readonly (() => void)[];
}

async function runOnce<R>(source: DataSource, around: Surroundings, work: (tx: Tx) => Promise<R>): Promise<Committed<R>> {
  const runner = source.createQueryRunner();
  const client = (await runner.connect()) as ClientBase;
  const after: (() => void)[] = [];
  const sent: Promise<unknown>[] = [];
  let open = true;
  const run = (name: string, text: string, values: readonly unknown[] = []) => {
    // A branch that outlives its transaction must not write into whichever comes next on this connection.
    if (!open) throw new Error(`${name} was run after its transaction had ended`);
    return client.query(named(name, text, values));
  };
  try {
    // Goes along with the first statement: if it fails, so does everything after it.
    const begun = client.query("begin");
    begun.catch(() => undefined);
    const result = await work({
      ...around,
      now: around.clock.now(),
      manager: runner.manager,
      query: async <Row>(name: string, text: string, values?: readonly unknown[]) => (await run(name, text, values)).rows as Row[],
      execute: async (name, text, values) => (await run(name, text, values)).rowCount ?? 0,
      send: (name, text, values) => {
        const answer = run(name, text, values);
        answer.catch(() => undefined);
        sent.push(answer);
      },
      afterCommit: (job) => void after.push(job),
    });
    open = false;
    const [{ command }] = await Promise.all([client.query("commit"), begun, ...sent]);
    // PostgreSQL answers so, without an error, where a statement had failed and its error was swallowed.
    if (command !== "COMMIT") throw new Error("the transaction was rolled back, because one of its statements had failed and the error was not passed on");
    return { result, after };
  } catch (error) {
    open = false;
    // A connection that cannot even roll back must not return to the pool.
    await client.query("rollback").catch(() => (client as unknown as { end(): void }).end());
    throw await reasonOf(error, sent);
  } finally {
    await runner.release();
  }
}
