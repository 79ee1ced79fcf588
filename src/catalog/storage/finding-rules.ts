import { refreshing } from "./finding-refresh";

/** The kinds of finding as SQL: each rule selects what is wrong among what was touched; `refreshing` says in which columns, and what becomes of it. */

/** An assignment `a` as it is known now, in force at the instant. */
const IN_FORCE = "a.recorded_to is null and a.valid_from <= $2 and (a.valid_to is null or $2 < a.valid_to)";

const MOST_NAMED = 10;

/** $1: keys. */
export const ENTITY_FINDINGS = refreshing({
  scope: "entity_key",
  touched: "select e.key, e.retired_at is null as in_use from entities e where e.key = any($1::text[])",
  rules: {
    NO_SYSTEM_OF_RECORD: `select 'entity:' || t.key, t.key, null, null::integer, 'no service is its system of record', false, '{}'::jsonb
     from touched t where t.in_use
       and not exists (select from ownership_assignments a where a.entity_key = t.key and a.role = 'SYSTEM_OF_RECORD' and ${IN_FORCE})`,
    SEVERAL_WRITERS: `select 'entity:' || t.key, t.key, null, null::integer,
       format('%s services write it: %s', cardinality(w.services),
              array_to_string(w.services[:${MOST_NAMED}], ', ') || case when cardinality(w.services) > ${MOST_NAMED} then ', …' else '' end),
       false, '{}'::jsonb
     from touched t cross join lateral (
       select array_agg(distinct 'service:' || a.service_key order by 'service:' || a.service_key) as services
       from ownership_assignments a where a.entity_key = t.key and a.role = 'WRITER' and ${IN_FORCE}
     ) as w
     where t.in_use and cardinality(w.services) > 1`,
    RETIRED_SERVICE: `select 'entity:' || t.key, t.key, null, null::integer, format('a service with a role towards it is retired: %s', r.service), false, '{}'::jsonb
     from touched t cross join lateral (
       select min('service:' || a.service_key) as service from ownership_assignments a join services s on s.key = a.service_key and s.retired_at is not null
       where a.entity_key = t.key and ${IN_FORCE}
     ) as r
     where t.in_use and r.service is not null`,
  },
  dues: `select t.key as entity_key, null::integer as dataset_id, min(boundary.at) as due_at
     from touched t join ownership_assignments a on a.entity_key = t.key and a.recorded_to is null
     cross join lateral (values (a.valid_from), (a.valid_to)) as boundary (at)
     where t.in_use and boundary.at > $2 and a.valid_from is distinct from a.valid_to group by t.key`,
});

/** $1: keys, $4: teams, all of whose services are touched. */
export const SERVICE_FINDINGS = refreshing({
  scope: "service_key",
  touched: "select s.key, s.team, s.retired_at is null as in_use from services s where s.key = any($1::text[]) or s.team = any($4::text[])",
  rules: {
    DEAD_TEAM: `select 'service:' || t.key, null, t.key, null::integer, format('its team, %s, is retired', t.team), false, '{}'::jsonb
     from touched t join teams on teams.key = t.team and teams.retired_at is not null where t.in_use`,
  },
});

/**
 * $1: numbers, $4: ids in the same order, $5: for how many milliseconds a proof is live. $6: what unclassified fields
 * look like by their name and type ('' for none), {name: {type: {idEnd, category}}}: looked up, not joined, as nobody knows how many they are.
 */
export const DATASET_FINDINGS = refreshing({
  scope: "dataset_id",
  touched: `select d.id as key, d.service_key, d.personal, d.retired_at is null and d.merged_into is null as in_use, given.urn, p.probe_at, p.live_at + $5 * interval '1 millisecond' as live_until,
       a.expires_at as attested_until
     from unnest($1::integer[], $4::text[]) as given (number, urn) join datasets d on d.id = given.number
     left join dataset_proofs p on p.dataset_id = d.id
     left join attestations a on a.dataset_id = d.id and a.ended_at is null and a.confirmed_at is not null`,
  rules: {
    NO_SERVICE: `select t.urn, null, null, t.key, 'nobody has said which service hosts it', false, '{}'::jsonb
     from touched t where t.in_use and t.service_key is null`,
    RETIRED_SERVICE: `select t.urn, null, null, t.key, format('the service that hosts it is retired: service:%s', s.key), false, '{}'::jsonb
     from touched t join services s on s.key = t.service_key and s.retired_at is not null where t.in_use`,
    UNCLASSIFIED: `select t.urn, null, t.service_key, t.key,
       case n.fields when 0 then 'none of its fields is known' else format('%s of its %s fields are unclassified', n.unclassified, n.fields) end,
       false, '{}'::jsonb
     from touched t cross join lateral (
       select count(*) as fields, count(*) filter (where f.categories is null) as unclassified from fields f where f.dataset_id = t.key
     ) as n
     where t.in_use and t.personal <> 'NOT_PERSONAL' and (n.fields = 0 or n.unclassified > 0)`,
    // The rule of `proofGrade`: below G3.
    UNPROVEN_ENDPOINT: `select t.urn, null, t.service_key, t.key, 'personal data, and ' || case
         when t.service_key is null then 'no service that could be asked about it'
         when s.endpoint_url is null then format('service:%s has no endpoint', s.key)
         when t.live_until is null then format('the verify handler of service:%s was never proven live for it', s.key)
         else format('the verify handler of service:%s was last proven live for it more than 30 days ago', s.key) end,
       false, '{}'::jsonb
     from touched t left join services s on s.key = t.service_key
     where t.in_use and t.personal = 'PERSONAL' and t.probe_at is null and (t.live_until is null or t.live_until < $2)
       and (t.attested_until is null or t.attested_until <= $2)`,
    LOOKS_PERSONAL: `select t.urn || (look.found ->> 'idEnd'), null, t.service_key, t.key, 'an unclassified field whose name or type looks personal', true,
       jsonb_build_object('category', look.found -> 'category')
     from touched t join fields f on f.dataset_id = t.key and f.categories is null
     cross join lateral (select $6::jsonb -> f.name -> coalesce(f.type, '')) as look (found)
     where t.in_use and look.found is not null`,
    ATTESTATION_EXPIRED: `select t.urn, null, t.service_key, t.key, 'the attestation that it is anonymous has expired', false, '{}'::jsonb
     from touched t where t.in_use and t.attested_until <= $2`,
  },
  // A proof of exactly that age still counts.
  dues: `select null as entity_key, t.key as dataset_id, min(due.at) as due_at
     from touched t cross join lateral (values (t.live_until + interval '1 millisecond'), (t.attested_until)) as due (at)
     where t.in_use and due.at > $2 group by t.key`,
});
