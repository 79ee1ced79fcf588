import { decodeTimeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { type Finding, type FindingKind, findingState, type FindingState } from "../finding-model";

/** A `Finding` but for its state, which follows from the clock. */
const FINDING_COLUMNS = `f.id, f.kind, f.subject, f.message, f.since, f.resolved_at as "resolvedAt", f.accepted_by as "acceptedBy",
  f.accepted_reason as "acceptedReason", f.accepted_until as "acceptedUntil", f.suggestion, f.details ->> 'category' as "suggestedCategory",
  f.silenced_by as "silencedBy"`;

type FindingRow = Omit<Finding, "state">;

const toFinding = (row: FindingRow, now: Date): Finding => ({ ...row, state: findingState(row, now) });

/** A finding in whatever state. */
export async function findFinding(reader: Reader, id: string): Promise<Finding | undefined> {
  const [row] = await reader.query<FindingRow>("findFinding", `select ${FINDING_COLUMNS} from findings f where f.id = $1`, [id]);
  return row && toFinding(row, reader.clock.now());
}

export interface FindingFilter {
  readonly kinds: readonly FindingKind[];
  /** All but RESOLVED by default. */
  readonly state?: FindingState | null;
  readonly includeSilenced: boolean;
  readonly subject?: string | null;
  /** The service, or one whose dataset it is. */
  readonly serviceKey?: string | null;
  /** The entity, or one that the dataset embodies. */
  readonly entityKey?: string | null;
}

const SILENCED = "f.resolved_at is null and f.silenced_by is not null";
const LISTED = "f.resolved_at is null and f.silenced_by is null";

/** Conditions that together make a list. Each of them has an index in its order, so that none is searched for in the rows of another. */
function strandsOf(state: FindingState | null | undefined, includeSilenced: boolean, placeOfNow: () => number): readonly string[] {
  if (state === "RESOLVED") return ["f.resolved_at is not null"];
  if (state === "ACCEPTED") return [`f.resolved_at is null and f.accepted_until > $${placeOfNow()} ${includeSilenced ? "" : "and f.silenced_by is null"}`];
  const unresolved = includeSilenced ? [LISTED, SILENCED] : [LISTED];
  if (state !== "OPEN") return unresolved;
  const place = placeOfNow();
  return unresolved.map((strand) => `${strand} and (f.accepted_until is null or f.accepted_until <= $${place})`);
}

/** One page of findings, the newest first. Resolved ones are listed whether or not they were silenced. */
export async function listFindings(reader: Reader, filter: FindingFilter, page: PageRequest): Promise<Page<Finding>> {
  const { kinds, state, includeSilenced, subject, serviceKey, entityKey } = filter;
  const after = decodeTimeCursor(page.after);
  const now = reader.clock.now();
  const values: unknown[] = [kinds, after?.at ?? null, after?.id ?? null, page.first + 1];
  const scopes = [
    subject ? `md5(f.subject) = md5($${values.push(subject)}) and f.subject = $${values.length}` : "",
    serviceKey ? `f.service_key = $${values.push(serviceKey)}` : "",
    entityKey ? OF_ENTITY.replaceAll("$?", `$${values.push(entityKey)}`) : "",
  ].filter((scope) => scope !== "");
  const strands = strandsOf(state, includeSilenced, () => values.push(now));
  const rows = await reader.query<FindingRow>(
    `listFindings${state ?? ""}${includeSilenced ? "WithSilenced" : ""}${subject ? "OfSubject" : ""}${serviceKey ? "OfService" : ""}${entityKey ? "OfEntity" : ""}`,
    `select ${FINDING_COLUMNS} from ${scopes.length > 0 ? within(scopes, strands) : wherever(strands)}
     order by f.since desc, f.id desc limit $4`,
    values,
  );
  return toPage(rows.map((row) => toFinding(row, now)), page.first, ({ since, id }) => [since.toISOString(), id]);
}

const AFTER_CURSOR = "($2::timestamptz is null or (f.since, f.id) < ($2, $3::uuid))";

/** Of the whole company: no more rows than the page are read of each kind and strand. */
const wherever = (strands: readonly string[]): string => `unnest($1::text[]) as asked (kind) cross join lateral (
    ${strands.map((strand) => `(select f.* from findings f where f.kind = asked.kind and ${strand} and ${AFTER_CURSOR} order by f.since desc, f.id desc limit $4)`).join(" union all ")}
  ) as f`;

/** Of one thing: all its findings are read and sorted, they are few. */
const within = (scopes: readonly string[], strands: readonly string[]): string =>
  `(select f.* from findings f where ${scopes.join(" and ")} and f.kind = any($1) and (${strands.map((strand) => `(${strand})`).join(" or ")}) and ${AFTER_CURSOR} offset 0) as f`;

const OF_ENTITY = `f.id in (
  select own.id from findings own where own.entity_key = $? union
  select held.id from dataset_entities de join findings held on held.dataset_id = de.dataset_id where de.entity_key = $?)`;

/**
 * What is open or accepted, and not silenced, by the key of the entity: its own findings, those of its datasets in use, and the dead teams
 * of services that have a role towards it now. Newest first; entities without any are left out.
 */
export async function findOpenFindings(reader: Reader, { entityKeys }: { readonly entityKeys: readonly string[] }): Promise<Map<string, Finding[]>> {
  const now = reader.clock.now();
  const rows = await reader.query<FindingRow & { entityKey: string }>(
    "findOpenFindings",
    `select asked.key as "entityKey", ${FINDING_COLUMNS}
     from unnest($1::text[]) as asked (key)
     cross join lateral (
       select f.* from findings f where f.entity_key = asked.key and f.resolved_at is null
       union
       select f.* from dataset_entities de join datasets d on d.id = de.dataset_id and d.retired_at is null
       join findings f on f.dataset_id = d.id and f.resolved_at is null
       where de.entity_key = asked.key
       union
       select f.* from ownership_assignments a join findings f on f.service_key = a.service_key and f.resolved_at is null and f.kind = 'DEAD_TEAM'
       where a.entity_key = asked.key and a.recorded_to is null and a.valid_from <= $2 and (a.valid_to is null or $2 < a.valid_to)
     ) as f
     where f.silenced_by is null
     order by asked.key, f.since desc, f.id desc`,
    [entityKeys, now],
  );
  const found = new Map<string, Finding[]>();
  for (const { entityKey, ...row } of rows) found.set(entityKey, [...(found.get(entityKey) ?? []), toFinding(row, now)]);
  return found;
}

/** Entities and datasets whose findings may have changed by `now` through time alone, the longest due first. */
export const listDueRechecks = (
  reader: Reader,
  now: Date,
  limit: number,
): Promise<{ readonly entityKey: string | null; readonly datasetNumber: number | null }[]> =>
  reader.query(
    "listDueRechecks",
    `select r.entity_key as "entityKey", r.dataset_id as "datasetNumber" from finding_rechecks r where r.due_at <= $1 order by r.due_at limit $2`,
    [now, limit],
  );
