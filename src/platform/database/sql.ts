import type { EntityManager } from "typeorm";
import type { Clock } from "../clock";
import type { Config } from "../config";
import type { Keyring } from "../crypto/keyring";
import type { Ids } from "../ids";

/** Runs named, hand-written SQL. The name is the prepared statement's name and stands as a comment in the server's logs and statistics. */
export interface Reader {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keyring: Keyring;
  readonly config: Config;
  /** Rows of a statement; `name` must be unique to `text`. bigint arrives as text, timestamptz as Date, json parsed. */
  query<Row>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** One open transaction. */
export interface Tx extends Reader {
  /** The instant of this transaction: every row it writes carries this time. */
  readonly now: Date;
  /** For row classes: `insert`, guarded `update`, `find…By`. Never `save`. */
  readonly manager: EntityManager;
  /** Like `query`, but answers how many rows were affected. */
  execute(name: string, text: string, values?: readonly unknown[]): Promise<number>;
  /**
   * Like `execute`, for a statement whose answer nobody waits for: it goes to the server now, in its turn, and is answered along with the commit. Where
   * it fails, so does the transaction, with its error.
   */
  send(name: string, text: string, values?: readonly unknown[]): void;
  /** Runs after the commit has been acknowledged, never after a rollback: wake-ups only, nothing that must not be lost. */
  afterCommit(work: () => void): void;
}

/** The only row, or a bug: for statements that return exactly one row by construction. */
export function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined || rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`);
  return row;
}
