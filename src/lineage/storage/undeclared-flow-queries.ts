import { decodeCursor, type Page, type PageRequest, toPage } from "../../platform/database/keyset";
import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";

const MAX_INTEGER = 2_147_483_647;

/** That a flow was observed and is in the picture at $1. */
const OBSERVED = (flow: string): string =>
  `${flow}.provenance <> 'DECLARED' and ${flow}.valid_to > $1 and ${flow}.valid_from < ${flow}.valid_to`;

/** The job that moves what flows, also where it is an end of the flow; 0: none is known. */
const JOB = "case when f.passages & 2 <> 0 then f.to_id when f.passages & 1 <> 0 then f.from_id else f.job_id end";

/** A dataset as `root` by a number that may be another name of it. */
const ROOT = (root: string, number: string): string =>
  `join datasets ${root}_name on ${root}_name.id = ${number} join datasets ${root} on ${root}.id = coalesce(${root}_name.merged_into, ${root}_name.id)`;

const EMBODIED = (root: string): string => `join dataset_entities de on de.dataset_id = ${root}.id`;

/** The services that own the job of `f`: its `ownership` facet names them. */
const OWNER = `join kept_facets facet on facet.node_id = ${JOB} and facet.kind = 'JOB' and facet.name = 'ownership'
  cross join lateral json_array_elements(case when json_typeof(facet.facet -> 'owners') = 'array' then facet.facet -> 'owners' else '[]' end) as owner
  join services s on s.key = regexp_replace(owner ->> 'name', '^service:', '')`;

/**
 * Each use that a flow shows and for which the service holds no role now. Whoever hosts the target uses what the source embodies, also where
 * the flow passes through a job, and writes what the target embodies; whoever owns the job uses the sources and writes the targets.
 */
const UNDECLARED = `
  select u.id, u.from_id, u.to_id, u.service_key, u.entity_key from (
    select f.*, target.service_key, de.entity_key, false as writes
    from flows f ${ROOT("source", "f.from_id")} ${EMBODIED("source")} ${ROOT("target", "f.to_id")}
    union all
    select f.*, target.service_key, de.entity_key, false
    from flows f ${ROOT("source", "f.from_id")} ${EMBODIED("source")}
    join flows onward on onward.from_id = f.to_id and onward.passages & 1 <> 0 and ${OBSERVED("onward")} ${ROOT("target", "onward.to_id")}
    where f.passages & 2 <> 0
    union all
    select f.*, target.service_key, de.entity_key, true from flows f ${ROOT("target", "f.to_id")} ${EMBODIED("target")}
    union all
    select f.*, s.key, de.entity_key, false from flows f ${OWNER} ${ROOT("source", "f.from_id")} ${EMBODIED("source")}
    union all
    select f.*, s.key, de.entity_key, true from flows f ${OWNER} ${ROOT("target", "f.to_id")} ${EMBODIED("target")}
  ) as u
  where ${OBSERVED("u")} and u.service_key is not null and not exists (
    select from ownership_assignments a where a.entity_key = u.entity_key and a.service_key = u.service_key and a.recorded_to is null
      and a.valid_from <= $1 and (a.valid_to is null or $1 < a.valid_to) and (not u.writes or a.role <> 'READER'))`;

/** A flow by the numbers of its ends. */
interface UndeclaredFlow {
  readonly id: number;
  readonly from: number;
  readonly to: number;
}

/** One page of the flows that show a use without a role, by the flow's id; of one service, or of all. */
export async function listUndeclaredFlows(reader: Reader, serviceKey: string | null, page: PageRequest): Promise<Page<UndeclaredFlow>> {
  const after = Number(decodeCursor(page.after, 1)?.[0] ?? 0);
  if (!Number.isInteger(after) || after < 0 || after > MAX_INTEGER) throw badInput("after: not a cursor of this list; use an endCursor or cursor that this list returned");
  const rows = await reader.query<UndeclaredFlow>(
    serviceKey === null ? "listUndeclaredFlows" : "listUndeclaredFlowsOfService",
    `select distinct id, from_id as "from", to_id as "to" from (${UNDECLARED}) as f
     where id > $2 ${serviceKey === null ? "" : "and service_key = $4"} order by id limit $3`,
    [reader.clock.now(), after, page.first + 1, ...(serviceKey === null ? [] : [serviceKey])],
  );
  return toPage(rows, page.first, ({ id }) => [String(id)]);
}

/** That a service uses an entity in a way for which it holds no role. */
export interface UndeclaredUse {
  readonly serviceKey: string;
  readonly entityKey: string;
  /** How many flows show it. */
  readonly flows: number;
  /** The ends of the first of them. */
  readonly from: number;
  readonly to: number;
}

export const listUndeclaredUses = (reader: Reader): Promise<UndeclaredUse[]> =>
  reader.query(
    "listUndeclaredUses",
    `select u."serviceKey", u."entityKey", u.flows, f.from_id as "from", f.to_id as "to"
     from (select service_key as "serviceKey", entity_key as "entityKey", count(distinct id)::integer as flows, min(id) as first
           from (${UNDECLARED}) as shown group by 1, 2) as u
     join flows f on f.id = u.first order by 1, 2`,
    [reader.clock.now()],
  );

/** What the findings say that are open or accepted, by subject. */
export async function listOpenUses(reader: Reader): Promise<Map<string, string>> {
  const rows = await reader.query<{ subject: string; message: string }>(
    "listOpenUses",
    "select f.subject, f.message from findings f where f.kind = 'UNDECLARED_USE' and f.resolved_at is null",
  );
  return new Map(rows.map(({ subject, message }) => [subject, message]));
}
