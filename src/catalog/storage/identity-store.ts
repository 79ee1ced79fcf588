import type { Tx } from "../../platform/database/sql";
import type { IdentityReason } from "../identity-model";
import type { DatasetName } from "../public-ids";

/** How a dataset came to be another name of one. */
export interface Decision {
  readonly reason: IdentityReason;
  readonly by: string;
  readonly at: Date;
}

/**
 * Makes datasets other names of `roots`, in the same order, and with them all that were other names of theirs. `brought`: the fields that each
 * gave to its root. Writes: datasets, dataset_identities.
 */
export async function writeMerges(
  tx: Tx,
  merges: readonly { readonly number: number; readonly root: number; readonly brought: readonly string[] }[],
  { reason, by, at }: Decision,
): Promise<void> {
  const columns = [merges.map(({ number }) => number), merges.map(({ root }) => root)];
  await tx.execute(
    "writeMerged",
    `update datasets d set merged_into = given.root from unnest($1::integer[], $2::integer[]) as given (number, root)
     where d.id = given.number or d.merged_into = given.number`,
    columns,
  );
  await tx.execute(
    "followMerged",
    `update dataset_identities i set root_id = given.root, changed_by = pg_current_xact_id()
     from unnest($1::integer[], $2::integer[]) as given (number, root) where i.root_id = given.number and i.dataset_id <> given.number`,
    columns,
  );
  await tx.execute(
    "writeIdentities",
    `insert into dataset_identities (dataset_id, root_id, parent_id, reason, brought, decided_by, decided_at, changed_by)
     select number, root, root, $2, array(select json_array_elements_text(brought)), $3, $4, pg_current_xact_id()
     from json_to_recordset($1) as given (number integer, root integer, brought json)
     on conflict (dataset_id) do update set root_id = excluded.root_id, parent_id = excluded.parent_id, reason = excluded.reason, brought = excluded.brought,
       decided_by = excluded.decided_by, decided_at = excluded.decided_at, changed_by = excluded.changed_by`,
    [JSON.stringify(merges), reason, by, at],
  );
  await tx.execute(
    "keepCustody",
    `update datasets d set in_custody = true from unnest($1::integer[], $2::integer[]) as given (number, root) join datasets own on own.id = given.number
     where d.id = given.root and own.in_custody and not d.in_custody`,
    columns,
  );
}

/**
 * Takes a dataset apart again from the one that it was another name of; what had come to that one through it goes with it. Answers the fields
 * that it had brought. Writes: datasets, dataset_identities.
 */
export async function undoMerge(tx: Tx, number: number, by: string): Promise<readonly string[]> {
  const [undone] = await tx.query<{ brought: string[] }>(
    "findBroughtFields",
    "select i.brought from dataset_identities i where i.dataset_id = $1",
    [number],
  );
  const below = await tx.query<{ number: number }>(
    "findNamesBelow",
    `with recursive below (id) as (
       select $1::integer union select i.dataset_id from below join dataset_identities i on i.parent_id = below.id and i.reason <> 'UNDONE'
     ) select id as number from below where id <> $1`,
    [number],
  );
  const numbers = below.map((row) => row.number);
  await tx.execute("takeApart", "update datasets d set merged_into = case when d.id <> $1 then $1 end where d.id = $1 or d.id = any($2)", [number, numbers]);
  await tx.execute(
    "followTakenApart",
    "update dataset_identities i set root_id = $1, changed_by = pg_current_xact_id() where i.dataset_id = any($2)",
    [number, numbers],
  );
  await tx.execute(
    "writeTakenApart",
    `update dataset_identities i set root_id = i.dataset_id, reason = 'UNDONE', brought = '{}', decided_by = $2, decided_at = $3, changed_by = pg_current_xact_id()
     where i.dataset_id = $1`,
    [number, by, tx.now],
  );
  return undone?.brought ?? [];
}

/** Keeps that another name of a dataset is the one that it went by until now. Writes: dataset_identities. */
export const writeFormerName = (tx: Tx, number: number, { reason, by, at }: Decision): Promise<number> =>
  tx.execute(
    "writeFormerName",
    `update dataset_identities i set reason = $2, decided_by = $3, decided_at = $4, changed_by = pg_current_xact_id() where i.dataset_id = $1`,
    [number, reason, by, at],
  );

/** Gives a dataset a name that no other has. Writes: datasets. */
export const writeName = (tx: Tx, number: number, { namespace, name }: DatasetName): Promise<number> =>
  tx.execute("writeName", "update datasets d set namespace = $2, name = $3 where d.id = $1", [number, namespace, name]);

/** Has findings of the rooms above speak of a dataset by its new id. Writes: findings. */
export const renameFindings = (tx: Tx, number: number, before: string, after: string): Promise<number> =>
  tx.execute(
    "renameFindings",
    `update findings f set subject = $3 || substr(f.subject, char_length($2) + 1)
     where f.dataset_id = $1 and f.resolved_at is null and (f.subject = $2 or starts_with(f.subject, $2 || '#'))
       and not exists (select from findings other where md5(other.subject) = md5($3 || substr(f.subject, char_length($2) + 1)) and other.kind = f.kind and other.resolved_at is null)`,
    [number, before, after],
  );
