import type { FindingKind } from "../finding-model";

/** What is told of a finding, in the order in which rules select it. */
export const WANTED_COLUMNS = "kind, subject, entity_key, service_key, dataset_id, message, suggestion, details";

/** The longest lasting of the rules in force that silence a finding of this kind and subject. */
export const silenceOf = (finding: string): string => `(
      select s.id from finding_silences s where s.ended_at is null and s.kind = ${finding}.kind and ${finding}.subject like s.subject_like
      order by s.expires_at desc nulls first, s.id limit 1)`;

/**
 * Opens what is in `wanted` at $2; what is open already only follows in what it says. The id is the UUIDv7 in $3 with its random bits
 * taken from a hash of it and of what the finding is about: unique, and made without a round trip for each.
 */
export const OPEN_WANTED = `
    insert into findings (id, since, silenced_by, ${WANTED_COLUMNS})
    select (left($3, 15) || left(bits, 3) || substr($3, 19, 2) || substr(bits, 4, 3) || '-' || substr(bits, 7, 12))::uuid,
      $2, ${silenceOf("w")}, ${WANTED_COLUMNS}
    from wanted w cross join lateral md5($3::text || kind || subject) as bits
    on conflict (md5(subject), kind) where resolved_at is null do update
    set entity_key = excluded.entity_key, service_key = excluded.service_key, dataset_id = excluded.dataset_id, message = excluded.message,
      details = excluded.details
    where (findings.entity_key, findings.service_key, findings.dataset_id, findings.message, findings.details)
      is distinct from (excluded.entity_key, excluded.service_key, excluded.dataset_id, excluded.message, excluded.details)`;

interface Rules {
  /** The column of findings by which they belong to what was touched. */
  readonly scope: "entity_key" | "service_key" | "dataset_id";
  /** Answers `key`, and what the rules need. */
  readonly touched: string;
  /** By kind; each answers the other columns of what is told of a finding, in their order. */
  readonly rules: Partial<Record<FindingKind, string>>;
  /** Answers entity_key or dataset_id and due_at: when time alone will change the answer. */
  readonly dues?: string;
}

/**
 * The statement that makes the stored findings equal to what its rules say:
 *
 *   touched ──rules──▶ wanted ──▶ opened, or kept where it is open already
 *           │                └──▶ open, but no longer wanted: resolved
 *           └──dues──▶ finding_rechecks
 *
 * $1: what was touched, $2: the instant, $3: a UUIDv7 for the ids.
 */
export const refreshing = ({ scope, touched, rules, dues }: Rules): string => `
    with touched as materialized (${touched}),
    wanted (${WANTED_COLUMNS}) as materialized (
      ${Object.entries(rules).map(([kind, rule]) => `select '${kind}', r.* from (${rule}) as r`).join(" union all ")}
    ),
    known as materialized (
      -- Offset: while the planner knows little of the table, it would read all open findings of these kinds.
      select o.id, o.kind, o.subject from touched t cross join lateral (select f.* from findings f where f.${scope} = t.key offset 0) as o
      where o.resolved_at is null and o.kind in (${Object.keys(rules).map((kind) => `'${kind}'`).join(", ")})
    ),
    resolved as (
      update findings f set resolved_at = $2 from known
      where f.id = known.id and f.resolved_at is null and not exists (select from wanted w where w.subject = known.subject and w.kind = known.kind)
    )${dues === undefined ? "" : `, due as materialized (${dues}), ${recheckingAt(scope)}`}
    ${OPEN_WANTED}`;

const recheckingAt = (scope: Rules["scope"]): string => `
    nothing_due as (
      delete from finding_rechecks r using touched t where r.${scope} = t.key and not exists (select from due where due.${scope} = t.key)
    ), rechecked as (
      insert into finding_rechecks (entity_key, dataset_id, due_at) select entity_key, dataset_id, due_at from due
      on conflict (${scope}) do update set due_at = excluded.due_at where finding_rechecks.due_at <> excluded.due_at
    )`;
