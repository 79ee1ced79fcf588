import type { Reader, Tx } from "../../platform/database/sql";
import type { IdentityReason } from "../identity-model";
import type { DatasetName } from "../public-ids";

/** How a dataset came to be another name of one. */
export interface Decision {
  readonly reason: IdentityReason;
  readonly by: string;
  readonly at: Date;
}

/** That a dataset becomes another name of one. */
export interface Merge {
  readonly number: number;
  readonly root: number;
  /** Fields that the root has from it. */
  readonly brought: readonly string[];
  /** What categories fields of the root had before the merge changed them, by name. */
  readonly classified: FormerCategories;
}

export type FormerCategories = Readonly<Record<string, readonly string[] | null>>;

/** Makes datasets other names of their roots, and with them all that were other names of theirs; the names that they have now are kept in mind. Writes: datasets, dataset_identities. */
export async function writeMerges(tx: Tx, merges: readonly Merge[], { reason, by, at }: Decision): Promise<void> {
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
    `insert into dataset_identities (dataset_id, root_id, parent_id, reason, brought, classified, came_namespace, came_name, decided_by, decided_at, changed_by)
     select given.number, given.root, given.root, $2, array(select json_array_elements_text(given.brought)), given.classified, d.namespace, d.name, $3, $4, pg_current_xact_id()
     from json_to_recordset($1) as given (number integer, root integer, brought json, classified jsonb) join datasets d on d.id = given.number
     on conflict (dataset_id) do update set root_id = excluded.root_id, parent_id = excluded.parent_id, reason = excluded.reason, brought = excluded.brought,
       classified = excluded.classified, came_namespace = excluded.came_namespace, came_name = excluded.came_name,
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

/** What the root has had from a dataset since that became another name of it. */
export type MadeOne = Pick<Merge, "brought" | "classified">;

export async function findMerge(reader: Reader, number: number): Promise<MadeOne | undefined> {
  const [row] = await reader.query<MadeOne>("findMerge", "select i.brought, i.classified from dataset_identities i where i.dataset_id = $1", [number]);
  return row;
}

/** A row that another has the name of which it came with. */
export interface Displaced {
  readonly number: number;
  readonly holder: number;
}

/** Of `number` and its other names, one that came with a name that `root` or one of its other names has; undefined: there is none. */
export async function findDisplaced(reader: Reader, number: number, root: number): Promise<Displaced | undefined> {
  const [row] = await reader.query<Displaced>(
    "findDisplaced",
    `select i.dataset_id as number, holder.id as holder
     from dataset_identities i join datasets holder on holder.namespace = i.came_namespace and holder.name = i.came_name
     where i.root_id = $1 and coalesce(holder.merged_into, holder.id) = $2 order by i.dataset_id <> $1, i.dataset_id limit 1`,
    [number, root],
  );
  return row;
}

/** Takes a dataset apart from the one that it was another name of, and with it what had become that through it. Writes: datasets, dataset_identities. */
export async function writeApart(tx: Tx, number: number, by: string): Promise<void> {
  const below = await tx.query<{ number: number }>(
    "findNamesBelow",
    `with recursive below (id) as (
       select $1::integer union select i.dataset_id from below join dataset_identities i on i.parent_id = below.id and i.reason <> 'UNDONE'
     ) select id as number from below where id <> $1`,
    [number],
  );
  const numbers = below.map((row) => row.number);
  await tx.execute("writeDatasetsApart", "update datasets d set merged_into = case when d.id <> $1 then $1 end where d.id = $1 or d.id = any($2)", [number, numbers]);
  await tx.execute(
    "writeIdentitiesApart",
    `update dataset_identities i set root_id = $1, changed_by = pg_current_xact_id(), reason = case i.dataset_id when $1 then 'UNDONE' else i.reason end,
       apart_from = case i.dataset_id when $1 then array(select unnest(i.apart_from) union values (i.parent_id), (i.root_id)) else i.apart_from end,
       decided_by = case i.dataset_id when $1 then $3 else i.decided_by end, decided_at = case i.dataset_id when $1 then $4 else i.decided_at end
     where i.dataset_id = $1 or i.dataset_id = any($2)`,
    [number, numbers, by, tx.now],
  );
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

/** That what was said of a dataset by one id is said by another, of the same or of another dataset. */
export interface Renaming {
  readonly number: number;
  readonly to: number;
  readonly before: string;
  readonly after: string;
}

/** Has open findings speak of datasets, and of their fields, by their new ids, but where the same is found of these already. Writes: findings. */
export const renameFindings = (tx: Tx, renamings: readonly Renaming[]): Promise<number> =>
  tx.execute(
    "renameFindings",
    `with renamed as (
       select f.id, f.kind, given."to", given.after || substr(f.subject, char_length(given.before) + 1) as subject
       from unnest($1::integer[], $2::text[], $3::text[], $4::integer[]) as given (number, before, after, "to")
       join findings f on f.dataset_id = given.number and f.resolved_at is null and (f.subject = given.before or starts_with(f.subject, given.before || '#'))
     )
     update findings f set subject = renamed.subject, dataset_id = renamed."to" from renamed
     where f.id = renamed.id and not exists (
       select from findings other where md5(other.subject) = md5(renamed.subject) and other.kind = renamed.kind and other.resolved_at is null)`,
    [renamings.map(({ number }) => number), renamings.map(({ before }) => before), renamings.map(({ after }) => after), renamings.map(({ to }) => to)],
  );

/** Resolves what is found of a dataset that is none any more, and that events say two are one where they are now. Writes: findings. */
export const resolveFindingsOfMerged = (tx: Tx, { number, root }: Pick<Merge, "number" | "root">): Promise<number> =>
  tx.execute(
    "resolveFindingsOfMerged",
    `update findings f set resolved_at = $3
     where f.resolved_at is null and (f.dataset_id = $1 or (f.dataset_id = $2 and f.kind = 'IDENTITY_CONFLICT'))`,
    [number, root, tx.clock.now()],
  );
