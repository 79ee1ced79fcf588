import type { Tx } from "../../platform/database/sql";
import type { Acceptance, FindingKind } from "../finding-model";
import type { DatasetName } from "../public-ids";
import { OPEN_WANTED, WANTED_COLUMNS } from "./finding-refresh";
import { DATASET_FINDINGS, ENTITY_FINDINGS, SERVICE_FINDINGS } from "./finding-rules";

/**
 * Locks datasets in the order of their numbers, so that whoever changes what their findings follow from lines up: those given, and those of
 * the services whose findings speak of the service. Look at them in a later statement: this one began before the lock was granted.
 */
export const lockDatasets = (tx: Tx, numbers: readonly number[], serviceKeys: readonly string[]): Promise<(DatasetName & { readonly number: number })[]> =>
  tx.query(
    "lockDatasets",
    `select d.id as number, d.namespace, d.name from datasets d
     where d.id in (
       select unnest($1::integer[]) union
       select f.dataset_id from findings f where f.service_key = any($2) and f.kind = 'UNPROVEN_ENDPOINT' and f.resolved_at is null
     )
     order by d.id for no key update`,
    [numbers, serviceKeys],
  );

/**
 * Has the statements of this transaction planned for as many things as they are given from here on. A prepared statement that was planned
 * for a few compares each with each: that takes 60 s for 20,000 datasets instead of 3.
 */
export const planForMany = (tx: Tx): Promise<number> => tx.execute("planForMany", "set local plan_cache_mode = force_custom_plan");

/** Names and types ('' for none) of the unclassified fields of datasets, each once. */
export const listUnclassifiedFields = (tx: Tx, numbers: readonly number[]): Promise<{ readonly name: string; readonly type: string }[]> =>
  tx.query(
    "listUnclassifiedFields",
    "select distinct f.name, coalesce(f.type, '') as type from fields f where f.dataset_id = any($1) and f.categories is null",
    [numbers],
  );

/** Opens and resolves the findings of entities themselves, as things are at `now`; they must be locked. Writes: findings, finding_rechecks. */
export const refreshEntityFindings = (tx: Tx, keys: readonly string[], now: Date): Promise<number> =>
  tx.execute("refreshEntityFindings", ENTITY_FINDINGS, [keys, now, tx.ids.uuid()]);

/** Opens and resolves the findings of services themselves, those named and those of the teams. Writes: findings. */
export const refreshServiceFindings = (tx: Tx, keys: readonly string[], teams: readonly string[], now: Date): Promise<number> =>
  tx.execute("refreshServiceFindings", SERVICE_FINDINGS, [keys, now, tx.ids.uuid(), teams]);

/** What unclassified fields look like that look personal, by their name and type ('' for none). */
export type Looks = Readonly<Record<string, Readonly<Record<string, Look>>>>;

export interface Look {
  /** `#<field>` */
  readonly idEnd: string;
  readonly category: string;
}

/**
 * Opens and resolves the findings of datasets and their fields, as things are at `now`; they must be locked. A proof is live for `liveForMs`.
 * Writes: findings, finding_rechecks.
 */
export const refreshDatasetFindings = (
  tx: Tx,
  datasets: readonly { readonly number: number; readonly id: string }[],
  looks: Looks,
  liveForMs: number,
  now: Date,
): Promise<number> =>
  tx.execute("refreshDatasetFindings", DATASET_FINDINGS, [
    datasets.map(({ number }) => number), now, tx.ids.uuid(), datasets.map(({ id }) => id), liveForMs, JSON.stringify(looks),
  ]);

export interface ReportedFinding {
  readonly kind: FindingKind;
  readonly subject: string;
  readonly entityKey?: string | null;
  readonly serviceKey?: string | null;
  readonly datasetId?: number | null;
  readonly message: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Opens a finding, or says anew what one that is open says. Writes: findings. */
export const openFinding = (tx: Tx, { kind, subject, entityKey, serviceKey, datasetId, message, details = {} }: ReportedFinding): Promise<number> =>
  tx.execute(
    "openFinding",
    `with wanted (${WANTED_COLUMNS}) as (
       values ($4::text, $5::text, $6::text, $7::text, $8::integer, $1::text, false, $9::jsonb)
     ) ${OPEN_WANTED}`,
    [message, tx.clock.now(), tx.ids.uuid(), kind, subject, entityKey ?? null, serviceKey ?? null, datasetId ?? null, JSON.stringify(details)],
  );

/** Resolves a finding, if it is open. Writes: findings. */
export const resolveOpenFinding = (tx: Tx, kind: FindingKind, subject: string): Promise<number> =>
  tx.execute(
    "resolveOpenFinding",
    "update findings f set resolved_at = $3 where md5(f.subject) = md5($2) and f.subject = $2 and f.kind = $1 and f.resolved_at is null",
    [kind, subject, tx.clock.now()],
  );

/** Locks a finding against being resolved or decided by somebody else; answers whether there is one of that id. */
export const lockFinding = async (tx: Tx, id: string): Promise<boolean> =>
  (await tx.execute("lockFinding", "select from findings f where f.id = $1 for no key update", [id])) > 0;

/** Takes a finding as it is until an instant, or takes that back (null). Writes: findings. */
export const writeAcceptance = (tx: Tx, id: string, acceptance: (Acceptance & { readonly actor: string }) | null): Promise<number> =>
  tx.execute("writeAcceptance", "update findings f set accepted_by = $2, accepted_reason = $3, accepted_until = $4 where f.id = $1", [
    id, acceptance?.actor ?? null, acceptance?.reason ?? null, acceptance?.until ?? null,
  ]);
