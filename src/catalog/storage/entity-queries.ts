import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import type { Entity } from "../model";
import { ASKED, type AssignmentsKey, AT_THE_INSTANTS, valuesOf } from "./ownership-queries";
import { beginsWith, embodiedAs } from "./reach";

/** An `Entity`, as every statement that reads entities answers it. */
const ENTITY_COLUMNS = `'entity:' || e.key as id, e.key, e.name, e.description, e.domain, e.identifier_types as "identifierTypes", e.retired_at as "retiredAt"`;

/** Entities by key, retired ones included; keys of none are left out. */
export async function findEntities(reader: Reader, keys: readonly string[]): Promise<Map<string, Entity>> {
  const rows = await reader.query<Entity>("findEntities", `select ${ENTITY_COLUMNS} from entities e where e.key = any($1)`, [keys]);
  return new Map(rows.map((entity) => [entity.key, entity]));
}

/** Entities that datasets embody, by the dataset's number, in the order of their keys. */
export async function findEntitiesOfDatasets(reader: Reader, numbers: readonly number[]): Promise<Map<number, Entity[]>> {
  const rows = await reader.query<Entity & { number: number }>(
    "findEntitiesOfDatasets",
    `select de.dataset_id as number, ${ENTITY_COLUMNS} from dataset_entities de join entities e on e.key = de.entity_key
     where de.dataset_id = any($1) order by de.dataset_id, e.key`,
    [numbers],
  );
  const found = new Map<number, Entity[]>();
  for (const { number, ...entity } of rows) found.set(number, [...(found.get(number) ?? []), entity]);
  return found;
}

export interface EntityFilter {
  /** Of the name, in any case. */
  readonly namePrefix?: string | null;
  /** Of a field of one of its datasets; narrower categories count. */
  readonly category?: string | null;
}

/** One page of the entities in use, by key. */
export async function listEntities(reader: Reader, { namePrefix, category }: EntityFilter, page: PageRequest): Promise<Page<Entity>> {
  const values: unknown[] = [decodeCursor(page.after, 1)?.[0] ?? "", page.first + 1];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const named = namePrefix ? `and ${beginsWith("e.name", place(namePrefix))}` : "";
  const embodied = category ? await embodiedAs(reader, category, place) : { name: "", condition: "true" };
  const rows = await reader.query<Entity>(
    `listEntities${namePrefix ? "Name" : ""}${embodied.name}`,
    `select ${ENTITY_COLUMNS} from entities e
     where e.retired_at is null and e.key > $1 ${named} and ${embodied.condition} order by e.key limit $2`,
    values,
  );
  return toPage(rows, page.first, (entity) => [entity.key]);
}

/**
 * Who issues identifiers of these types: the entity that declares the type and the service that is its system of record now.
 * Where several entities declare one type, the first by key counts.
 */
export async function findIssuers(
  reader: Reader,
  types: readonly string[],
): Promise<Map<string, { readonly entityKey: string; readonly serviceKey: string | null }>> {
  const rows = await reader.query<{ type: string; entityKey: string; serviceKey: string | null }>(
    "findIssuers",
    `select distinct on (asked.type) asked.type, e.key as "entityKey", a.service_key as "serviceKey"
     from unnest($1::text[]) as asked (type)
     join entities e on e.identifier_types @> array[asked.type] and e.retired_at is null
     left join ownership_assignments a on a.entity_key = e.key and a.role = 'SYSTEM_OF_RECORD' and a.recorded_to is null
       and a.valid_from <= $2 and (a.valid_to is null or $2 < a.valid_to)
     order by asked.type, e.key`,
    [types, reader.clock.now()],
  );
  return new Map(rows.map(({ type, ...issuer }) => [type, issuer]));
}

/**
 * Independent controllers to whom data of these entities were disclosed: every RECIPIENT so far. One whose role has ended received the
 * data all the same and is told (GDPR Art. 19: "each recipient to whom the personal data have been disclosed").
 */
export const findRecipients = (
  reader: Reader,
  entityKeys: readonly string[],
): Promise<{ readonly entityKey: string; readonly serviceKey: string }[]> =>
  reader.query(
    "findRecipients",
    `select distinct a.entity_key as "entityKey", a.service_key as "serviceKey" from ownership_assignments a
     where a.entity_key = any($1) and a.role = 'RECIPIENT' and a.recorded_to is null
       and a.valid_from <= $2 and (a.valid_to is null or a.valid_from < a.valid_to)
     order by 1, 2`,
    [entityKeys, reader.clock.now()],
  );

/** The page of the entities towards which a service has a role that a reader asked for. */
export interface EntityPageKey extends PageRequest, AssignmentsKey {}

/** One page for each service, in the order asked, with one statement; by the entity's key, retired ones included: the role is what counts. */
export async function listEntitiesOfServices(reader: Reader, asked: readonly EntityPageKey[]): Promise<Page<Entity>[]> {
  const rows = await reader.query<Entity & { place: string }>(
    "listEntitiesOfServices",
    `select asked.place, page.* from ${ASKED}
     join unnest($4::int[], $5::text[]) with ordinality as paged (first, after, place) using (place)
     cross join lateral (
       select ${ENTITY_COLUMNS} from entities e
       where e.key > paged.after and e.key in (select a.entity_key from ownership_assignments a where a.service_key = asked.key and ${AT_THE_INSTANTS})
       order by e.key limit paged.first + 1
     ) as page
     order by asked.place, page.key`,
    [...valuesOf(asked), asked.map(({ first }) => first), asked.map(({ after }) => decodeCursor(after, 1)?.[0] ?? "")],
  );
  const found: Entity[][] = asked.map(() => []);
  for (const { place, ...entity } of rows) found[Number(place) - 1]!.push(entity);
  return asked.map(({ first }, index) => toPage(found[index]!, first, ({ key }) => [key]));
}
