import type { Deps } from "../src/platform/deps";

/** How many of each the entries are spread over, evenly: a filter by one of these finds the others' share of all entries. */
const SPREAD = { actors: 5_000, datasets: 20_000, persons: 200_000, services: 50, purposes: 200 };
/** One entry of so many is of a change, of a denied access, or of an access on a basis that is rare. */
const ONE_OF = { changes: 20, denied: 500, rareBasis: 5_000 };

export const actorOf = (at: number): string => `agent-${at % SPREAD.actors}`;
export const datasetOf = (at: number): string => `dataset:postgres%3A%2F%2Fwarehouse%3A5432:public.t_${at % SPREAD.datasets}`;
export const purposeOf = (at: number): string => `purpose-${Math.floor(at / 7) % SPREAD.purposes}`;
export const emailOf = (at: number): string => `person-${at % SPREAD.persons}@example.org`;
/** The nearest entry, from this one backwards, that is of a change, or of a denied access. */
export const changeBefore = (at: number): number => at - (at % ONE_OF.changes);
export const deniedBefore = (at: number): number => at - (at % ONE_OF.denied) + 1;

const DAYS = 90;
const PERSONS_AT_ONCE = 20_000;

/**
 * Entries as reported accesses and changes would have left them, past the doors: rows that have their places in the log and what they are searched by,
 * not yet under a checkpoint. The tables are written side by side and without triggers, their indexes made afterwards.
 */
export async function writeEntries(deps: Deps, count: number): Promise<void> {
  const { db, clock } = deps;
  await db.query("benchEntryOf", ENTRY_OF);
  const begin = new Date(clock.now().getTime() - DAYS * 86_400_000);
  const indexes = await db.query<{ name: string; made: string }>("benchIndexes", INDEXES);
  for (const { name } of indexes) await db.query(`benchDropIndex_${name}`, `drop index ${name}`);
  const write = (name: string, insert: string): Promise<unknown> =>
    deps.transaction(async (tx) => {
      await tx.query("benchWithoutTriggers", "set local session_replication_role = replica");
      await tx.execute(name, insert, [count, begin, (DAYS * 86_400_000) / count]);
    });
  await Promise.all([
    write("benchEntries", `insert into audit_entries (leaf_index, id, entry) select at, id, convert_to(${ENTRY_TEXT}, 'UTF8') ${FROM_ENTRIES}`),
    write("benchFacts", `insert into audit_entry_facts (id, at, action, actor, object, fields, purpose, basis, outcome, source)
                         select id, happened, action, actor, object, fields, purpose, basis, outcome, source ${FROM_ENTRIES}`),
    write("benchSubjects", `insert into audit_entry_subjects (pid, entry_id) select pid, id ${FROM_ENTRIES} where pid is not null order by pid`),
  ]);
  await Promise.all(indexes.map(({ name, made }) => db.query(`benchMakeIndex_${name}`, made)));
  await db.query("benchCombinations", COMBINATIONS);
  await db.query("benchNextIndex", "update audit_log set next_index = $1", [count]);
  await writePersons(deps, begin);
  await db.query("benchAnalyzeLog", "vacuum (analyze) audit_entries, audit_entry_facts, audit_entry_subjects, audit_combinations, accessed_subjects");
}

async function writePersons({ db, keyring }: Deps, from: Date): Promise<void> {
  for (let first = 0; first < SPREAD.persons; first += PERSONS_AT_ONCE) {
    const persons = Array.from({ length: Math.min(PERSONS_AT_ONCE, SPREAD.persons - first) }, (_, at) => first + at);
    await db.query(
      "benchPersons",
      "insert into accessed_subjects (type, blind_index, pid, created_at) select 'email', i, md5('person ' || p)::uuid, $3 from unnest($1::int[], $2::bytea[]) as person (p, i)",
      [persons, persons.map((at) => keyring.blindIndex("email", emailOf(at))), from],
    );
  }
}

/** What the trigger that was passed over would have noted. */
const COMBINATIONS = `insert into audit_combinations (combination, terms)
  select combination, audit_terms(action, actor, object, fields, purpose, basis, outcome)
  from (select distinct combination, action, actor, object, fields, purpose, basis, outcome from audit_entry_facts) said`;

/** Those that searches go by; the keys of the tables stay. */
const INDEXES = `select indexname as name, indexdef as made from pg_indexes
  where tablename = 'audit_entry_facts' and indexname <> 'audit_entry_facts_pkey'`;

const FROM_ENTRIES = "from generate_series(0::bigint, $1::bigint - 1) as place (at) cross join lateral bench_entry_of(at, $2, $3)";

/** What the entry at a place says: the same whoever asks. Ids are UUIDv7 of the entries' times. */
const ENTRY_OF = `
  create function bench_entry_of(at bigint, begin_at timestamptz, step_ms float8)
  returns table (id uuid, happened timestamptz, action text, actor text, object text, fields text[], purpose text, basis text, outcome text, source text, pid uuid, salt text)
  language sql immutable begin atomic
    select (lpad(to_hex(ms), 12, '0') || '7' || substr(hash, 1, 3) || 'a' || substr(hash, 4, 15))::uuid, to_timestamp(ms / 1000.0),
           case when change then 'catalog.register-dataset' else 'access.data' end, 'agent-' || at % ${SPREAD.actors},
           'dataset:postgres%3A%2F%2Fwarehouse%3A5432:public.t_' || at % ${SPREAD.datasets},
           case when not change then array['email', 'name'] end, case when not change then 'purpose-' || at / 7 % ${SPREAD.purposes} end,
           case when change then null when at % ${ONE_OF.rareBasis} = 1 then 'vital-interests' else 'contract' end,
           case when at % ${ONE_OF.denied} = 1 then 'denied' else 'ok' end, case when not change then 'service:s-' || at % ${SPREAD.services} end,
           case when not change then md5('person ' || at % ${SPREAD.persons})::uuid end, encode(decode(hash, 'hex'), 'base64')
      from (select (extract(epoch from begin_at) * 1000 + at * step_ms)::bigint as ms, md5('id ' || at) as hash, at % ${ONE_OF.changes} = 0 as change) as drawn offset 0;
  end`;

/** Canonical JSON of the same; no value has anything to escape. */
const ENTRY_TEXT = `
  '{"action":"' || action || '","actor":"' || actor || coalesce('","basis":"' || basis, '') || coalesce('","fields":["' || array_to_string(fields, '","') || '"]', '"') ||
  ',"id":"' || id || '","object":"' || object || '","outcome":"' || outcome || coalesce('","purpose":"' || purpose, '') ||
  '","salt":"' || salt || coalesce('","source":"' || source, '') || coalesce('","subjects":["' || pid || '"]', '"') ||
  ',"time":"' || to_char(happened at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '","v":1}'`;
