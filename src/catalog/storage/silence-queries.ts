import { decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import type { FindingKind, FindingSilence } from "../finding-model";

const SILENCE_COLUMNS = `s.id, s.kind, s.subject_pattern as "subjectPattern", s.reason, s.created_by as "createdBy", s.created_at as "createdAt",
  s.expires_at as "expiresAt", s.ended_by as "endedBy", s.ended_at as "endedAt"`;

/** A rule that silences findings, whether or not it is in force. */
export async function findSilence(reader: Reader, id: string): Promise<FindingSilence | undefined> {
  const [silence] = await reader.query<FindingSilence>("findSilence", `select ${SILENCE_COLUMNS} from finding_silences s where s.id = $1`, [id]);
  return silence;
}

/** The rule in force for a kind and pattern. */
export async function findSilenceInForce(reader: Reader, kind: FindingKind, subjectPattern: string): Promise<FindingSilence | undefined> {
  const [silence] = await reader.query<FindingSilence>(
    "findSilenceInForce",
    `select ${SILENCE_COLUMNS} from finding_silences s where s.kind = $1 and md5(s.subject_pattern) = md5($2) and s.subject_pattern = $2 and s.ended_at is null`,
    [kind, subjectPattern],
  );
  return silence;
}

/** How many rules of a kind are in force. */
export async function countSilences(reader: Reader, kind: FindingKind): Promise<number> {
  const [row] = await reader.query<{ count: string }>("countSilences", "select count(*) from finding_silences s where s.kind = $1 and s.ended_at is null", [kind]);
  return Number(row?.count ?? 0);
}

/** One page of all rules, the newest first. */
export async function listSilences(reader: Reader, page: PageRequest): Promise<Page<FindingSilence>> {
  const after = decodeTimeCursor(page.after);
  const rows = await reader.query<FindingSilence>(
    "listSilences",
    `select ${SILENCE_COLUMNS} from finding_silences s where $1::timestamptz is null or (s.created_at, s.id) < ($1, $2::uuid)
     order by s.created_at desc, s.id desc limit $3`,
    [after?.at ?? null, after?.id ?? null, page.first + 1],
  );
  return toPage(rows, page.first, ({ createdAt, id }) => [createdAt.toISOString(), id]);
}

/** How many unresolved findings each rule silences; rules that silence none are left out. */
export async function countSilenced(reader: Reader, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await reader.query<{ id: string; count: string }>(
    "countSilenced",
    `select f.silenced_by as id, count(*) from findings f
     where f.silenced_by = any($1::uuid[]) and f.resolved_at is null group by f.silenced_by`,
    [ids],
  );
  return new Map(rows.map(({ id, count }) => [id, Number(count)]));
}

/** Whether a rule in force has expired by `now`. */
export async function hasExpiredSilence(reader: Reader, now: Date): Promise<boolean> {
  const rows = await reader.query("hasExpiredSilence", "select 1 from finding_silences s where s.ended_at is null and s.expires_at <= $1 limit 1", [now]);
  return rows.length > 0;
}
