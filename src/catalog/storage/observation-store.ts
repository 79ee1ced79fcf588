import type { Reader, Tx } from "../../platform/database/sql";
import type { ObservedField } from "../observation-model";
import type { DatasetName } from "../public-ids";

/** Datasets that nobody has declared; in the order of their names, so that two who observe the same ones at once wait for each other but once. */
export const insertObserved = async (tx: Tx, names: readonly DatasetName[]): Promise<Set<number>> => {
  const rows = await tx.query<{ number: number }>(
    "insertObserved",
    `insert into datasets (namespace, name, identifier_types, personal, registered_at)
     select namespace, name, '{}', 'UNCLASSIFIED', $3 from unnest($1::text[], $2::text[]) as given (namespace, name) order by namespace, name
     on conflict (namespace, name) do nothing returning id as number`,
    [names.map(({ namespace }) => namespace), names.map(({ name }) => name), tx.now],
  );
  return new Set(rows.map(({ number }) => number));
};

/** Fields as they were observed of the datasets of these numbers. */
export interface FieldsOf {
  readonly number: number;
  readonly fields: readonly ObservedField[];
  readonly replace: boolean;
  /** When that was said; null: now. */
  readonly at: Date | null;
}

/** A field that is unknown, or that was merely observed and is now seen to be otherwise. */
export interface FieldChange extends ObservedField {
  readonly number: number;
  readonly isNew: boolean;
}

const columnsOf = (observed: readonly FieldsOf[]): unknown[] => {
  const fields = observed.flatMap(({ number, fields: own }) => own.map((field) => ({ number, ...field })));
  return [fields.map(({ number }) => number), fields.map(({ name }) => name), fields.map(({ type }) => type), fields.map(({ description }) => description)];
};

/** What of the fields differs from what is known; what is declared of one stays as it is. */
export const findFieldChanges = (reader: Reader, observed: readonly FieldsOf[]): Promise<FieldChange[]> =>
  reader.query(
    "findFieldChanges",
    `select given.number, given.name, given.type, given.description, f.name is null as "isNew"
     from unnest($1::integer[], $2::text[], $3::text[], $4::text[]) with ordinality as given (number, name, type, description, place)
     left join fields f on f.dataset_id = given.number and f.name = given.name
     where f.name is null or (f.observed and (f.type is distinct from coalesce(given.type, f.type)
                                              or f.description is distinct from coalesce(given.description, f.description)))
     order by given.place`,
    columnsOf(observed),
  );

/** Datasets of which fields are known that were merely observed, and that a list which replaces them no longer has. */
export const findVanishedFields = (reader: Reader, observed: readonly FieldsOf[]): Promise<{ readonly number: number; readonly name: string }[]> =>
  reader.query(
    "findVanishedFields",
    `select f.dataset_id as number, f.name from fields f
     where f.dataset_id = any($1) and f.observed and f.categories is null
       and (f.dataset_id, f.name) not in (select * from unnest($2::integer[], $3::text[]))`,
    [observed.map(({ number }) => number), ...columnsOf(observed).slice(0, 2)],
  );

/**
 * Locks datasets in the order of their numbers against everybody who changes them or what follows from their fields; answers, by number, of when
 * the schema is by which their observed fields last changed.
 */
export async function lockObserved(tx: Tx, numbers: readonly number[]): Promise<Map<number, Date | null>> {
  const rows = await tx.query<{ number: number; schemaAt: Date | null }>(
    "lockObserved",
    'select d.id as number, d.schema_at as "schemaAt" from datasets d where d.id = any($1) order by d.id for no key update',
    [numbers],
  );
  return new Map(rows.map(({ number, schemaAt }) => [number, schemaAt]));
}

/** Remembers of when the schemas are by which observed fields have changed. */
export const rememberSchemas = (tx: Tx, observed: readonly Pick<FieldsOf, "number" | "at">[]): Promise<number> =>
  tx.execute(
    "rememberSchemas",
    `update datasets d set schema_at = greatest(d.schema_at, given.at) from unnest($1::integer[], $2::timestamptz[]) as given (number, at) where d.id = given.number`,
    [observed.map(({ number }) => number), observed.map(({ at }) => at ?? tx.now)],
  );

/** Writes what `findFieldChanges` found: new fields behind those that are known. The datasets must be locked. */
export const writeObservedFields = (tx: Tx, changes: readonly FieldChange[]): Promise<number> =>
  tx.execute(
    "writeObservedFields",
    `insert into fields (dataset_id, position, name, type, description, observed)
     select given.number, coalesce(last.position, -1) + given.place, given.name, given.type, given.description, true
     from unnest($1::integer[], $2::text[], $3::text[], $4::text[]) with ordinality as given (number, name, type, description, place)
     left join (select f.dataset_id, max(f.position) as position from fields f where f.dataset_id = any($1) group by f.dataset_id) as last
       on last.dataset_id = given.number
     on conflict (dataset_id, name) do update set type = coalesce(excluded.type, fields.type), description = coalesce(excluded.description, fields.description)`,
    [changes.map(({ number }) => number), changes.map(({ name }) => name), changes.map(({ type }) => type), changes.map(({ description }) => description)],
  );

export const deleteObservedFields = (tx: Tx, fields: readonly { readonly number: number; readonly name: string }[]): Promise<number> =>
  tx.execute(
    "deleteObservedFields",
    `delete from fields f using unnest($1::integer[], $2::text[]) as given (number, name)
     where f.dataset_id = given.number and f.name = given.name and f.observed`,
    [fields.map(({ number }) => number), fields.map(({ name }) => name)],
  );

/** Whether datasets are personal, after fields without categories have come or gone: the rule of `personalState`. */
export const refreshPersonal = (tx: Tx, numbers: readonly number[]): Promise<number> =>
  tx.execute(
    "refreshPersonal",
    `update datasets d set personal = s.personal
     from (select d.id, case when d.categories @> '{user}' then 'PERSONAL'
             when not exists (select from fields f where f.dataset_id = d.id)
               or exists (select from fields f where f.dataset_id = d.id and f.categories is null) then 'UNCLASSIFIED'
             else 'NOT_PERSONAL' end as personal
           from datasets d where d.id = any($1)) as s
     where d.id = s.id and d.personal <> s.personal`,
    [numbers],
  );
