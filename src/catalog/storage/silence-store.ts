import type { Tx } from "../../platform/database/sql";
import type { FindingKind } from "../finding-model";
import { globPattern } from "./filters";
import { silenceOf } from "./finding-refresh";

const SILENCES = "hashtextextended('cadastre finding silences', 0)";

/** Holds the rules as they are while findings are opened: none of them escapes a rule that is made at the same time. */
export const holdSilences = (tx: Tx): Promise<number> => tx.execute("holdSilences", `select pg_advisory_xact_lock_shared(${SILENCES})`);

/** Lets one transaction at a time change the rules, while nobody opens findings. */
export const lockSilences = (tx: Tx): Promise<number> => tx.execute("lockSilences", `select pg_advisory_xact_lock(${SILENCES})`);

export interface NewSilence {
  readonly id: string;
  readonly kind: FindingKind;
  readonly subjectPattern: string;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

/** Writes a rule; which findings it silences is another statement's. Writes: finding_silences. */
export const insertSilence = (tx: Tx, { id, kind, subjectPattern, reason, createdBy, createdAt, expiresAt }: NewSilence): Promise<number> =>
  tx.execute(
    "insertSilence",
    `insert into finding_silences (id, kind, subject_pattern, subject_like, reason, created_by, created_at, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [id, kind, subjectPattern, globPattern(subjectPattern), reason, createdBy, createdAt, expiresAt],
  );

/** Ends a rule that is in force. Writes: finding_silences. */
export const endSilence = (tx: Tx, id: string, actor: string): Promise<number> =>
  tx.execute("endSilence", "update finding_silences s set ended_at = $2, ended_by = $3 where s.id = $1 and s.ended_at is null", [id, tx.now, actor]);

/** Ends the rules that have expired; answers their ids. Writes: finding_silences. */
export async function expireSilences(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    "expireSilences",
    "update finding_silences s set ended_at = s.expires_at where s.ended_at is null and s.expires_at <= $1 returning s.id",
    [tx.clock.now()],
  );
  return rows.map(({ id }) => id);
}

/** Silences what a new rule silences; what another one that lasts longer silences stays with that. Writes: findings. */
export const applySilence = (tx: Tx, id: string): Promise<number> =>
  tx.execute(
    "applySilence",
    `update findings f set silenced_by = ${silenceOf("f")}
     from finding_silences made where made.id = $1 and f.kind = made.kind and f.resolved_at is null and f.subject like made.subject_like`,
    [id],
  );

/** Gives what ended rules silenced to other rules that silence it, or back to the lists. Writes: findings. */
export const releaseSilenced = (tx: Tx, ids: readonly string[]): Promise<number> =>
  tx.execute(
    "releaseSilenced",
    `update findings f set silenced_by = ${silenceOf("f")} where f.silenced_by = any($1::uuid[]) and f.resolved_at is null`,
    [ids],
  );
