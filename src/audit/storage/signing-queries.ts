import { only, type Reader } from "../../platform/database/sql";

/** What the next checkpoint is decided by. */
export interface SigningState {
  /** Name of the log, once it is settled. */
  readonly origin: string | null;
  /** Leaves in the tiles. */
  readonly treeSize: number;
  /** Places given. */
  readonly nextIndex: number;
  /** The newest checkpoint; null before the first. */
  readonly newestSize: number | null;
  readonly newestNote: string | null;
}

export async function readSigningState(reader: Reader): Promise<SigningState> {
  return only(
    await reader.query<SigningState>(
      "readSigningState",
      `select l.origin, t.size::float8 as "treeSize", l.next_index::float8 as "nextIndex", c.size::float8 as "newestSize", c.note as "newestNote"
       from audit_log l, audit_tree t left join lateral (select size, note from audit_checkpoints order by size desc limit 1) c on true`,
    ),
  );
}

/** How many entries wait for their place in the log. */
export async function countWaitingEntries(reader: Reader): Promise<number> {
  return only(await reader.query<{ count: number }>("countWaitingEntries", "select count(*)::float8 as count from audit_inbox")).count;
}

/** Whether entries wait for their place in the log. */
export async function hasWaitingEntries(reader: Reader): Promise<boolean> {
  return only(await reader.query<{ waiting: boolean }>("hasWaitingEntries", "select exists (select from audit_inbox) as waiting")).waiting;
}
