import type { Reader } from "../../platform/database/sql";

export interface WitnessedLog {
  readonly size: number;
  readonly root: Buffer;
  /** The log's signed note with our cosignature. */
  readonly note: string;
}

/** What we have cosigned last of a log; undefined where we never did. */
export async function findWitnessedLog(reader: Reader, origin: string): Promise<WitnessedLog | undefined> {
  const [row] = await reader.query<WitnessedLog>(
    "findWitnessedLog",
    "select w.size::float8 as size, w.root, w.note from witnessed_logs w where w.origin = $1",
    [origin],
  );
  return row;
}

/** The same by the SHA-256 of the log's origin in hexadecimal digits. */
export async function findWitnessedNote(reader: Reader, originHash: string): Promise<string | undefined> {
  const [row] = await reader.query<{ note: string }>(
    "findWitnessedNote",
    "select w.note from witnessed_logs w where encode(sha256(convert_to(w.origin, 'UTF8')), 'hex') = $1",
    [originHash],
  );
  return row?.note;
}
