import type { Tx } from "../../platform/database/sql";
import type { ErasureResult, ErasureState } from "../model";
import { type ErasureRequest, REQUEST_COLUMNS } from "./erasure-queries";
import { ErasureRequestRow } from "./erasure-rows";

export async function insertRequest(tx: Tx, request: ErasureRequest, advanceAt: Date | null): Promise<void> {
  await tx.manager.insert(ErasureRequestRow, {
    id: request.id,
    pid: request.pid,
    state: request.state,
    external_ref: request.externalRef,
    regime: request.regime,
    ground: request.ground,
    capacity: request.capacity,
    received_at: request.receivedAt,
    submitted_at: request.submittedAt,
    submitted_by: request.submittedBy,
    identity_verified_at: request.identityVerifiedAt,
    due_at: request.dueAt,
    linked_to: request.linkedTo,
    plan_version: 0,
    planned_identifiers: [],
    replan: false,
    revision: 0,
    advance_at: advanceAt,
  });
}

/** Locks requests in id order (so that two recorders never wait for each other) and returns them as they are now. */
export async function lockRequests(tx: Tx, ids: readonly string[]): Promise<ErasureRequest[]> {
  return tx.query<ErasureRequest>(
    "lockErasureRequests",
    `select ${REQUEST_COLUMNS} from erasure_requests r where r.id = any($1::uuid[]) order by r.id for no key update`,
    [ids],
  );
}

/** One submission per external reference at a time: the second waits for the first and then finds it. */
export async function lockExternalRef(tx: Tx, externalRef: string): Promise<void> {
  await tx.query("lockErasureExternalRef", "select pg_advisory_xact_lock(hashtextextended('erasure.externalRef:' || $1, 0))", [externalRef]);
}

export interface RequestChange {
  readonly state?: ErasureState;
  readonly result?: ErasureResult | null;
  readonly identityRequestedAt?: Date | null;
  readonly identityVerifiedAt?: Date;
  readonly identityFailedAt?: Date;
  readonly extendedAt?: Date;
  readonly dueAt?: Date;
  readonly linkedTo?: string | null;
  readonly planVersion?: number;
  readonly plannedIdentifiers?: string[];
  readonly approvedBy?: string | null;
  readonly approvedAt?: Date | null;
  readonly releasableAt?: Date | null;
  readonly releasedAt?: Date;
  readonly certificateId?: string;
  readonly closedAt?: Date;
  readonly replan?: boolean;
  /** When a worker must look again; null: only an event moves it. */
  readonly advanceAt?: Date | null;
}

const COLUMN_OF: Record<keyof RequestChange, keyof ErasureRequestRow> = {
  state: "state", result: "result", identityRequestedAt: "identity_requested_at", identityVerifiedAt: "identity_verified_at",
  identityFailedAt: "identity_failed_at",
  extendedAt: "extended_at", dueAt: "due_at", linkedTo: "linked_to", planVersion: "plan_version", plannedIdentifiers: "planned_identifiers",
  approvedBy: "approved_by",
  approvedAt: "approved_at", releasableAt: "releasable_at", releasedAt: "released_at",
  certificateId: "certificate_id", closedAt: "closed_at", replan: "replan", advanceAt: "advance_at",
};

/** Changes a request that this transaction has locked; every change raises its revision, which watchers follow. */
export async function transitionRequest(tx: Tx, id: string, change: RequestChange): Promise<void> {
  const entries = Object.entries(change).filter(([, value]) => value !== undefined) as [keyof RequestChange, unknown][];
  const columns = Object.fromEntries(entries.map(([key, value]) => [COLUMN_OF[key], value]));
  await tx.manager.update(ErasureRequestRow, { id }, { ...columns, revision: () => "revision + 1" });
}

/** Something happened to these requests: a worker looks at them at `at`, or earlier if it was to look earlier anyway. */
export async function wakeRequests(tx: Tx, ids: readonly string[], at: Date): Promise<void> {
  await tx.execute(
    "wakeErasureRequests",
    `update erasure_requests set advance_at = least(coalesce(advance_at, $2), $2), revision = revision + 1
     where id = any($1::uuid[]) and state not in ('CLOSED', 'REJECTED', 'CANCELLED')`,
    [ids, at],
  );
}

/** The request, locked, if it is still due and no other worker holds it. */
export async function claimRequestToAdvance(tx: Tx, id: string): Promise<ErasureRequest | undefined> {
  const rows = await tx.query<ErasureRequest>(
    "claimRequestToAdvance",
    `select ${REQUEST_COLUMNS} from erasure_requests r where r.id = $1 and r.advance_at <= $2 for no key update skip locked`,
    [id, tx.now],
  );
  return rows[0];
}

/** Requests that follow this one, oldest first, locked. */
export async function lockFollowers(tx: Tx, id: string): Promise<ErasureRequest[]> {
  return tx.query<ErasureRequest>(
    "lockFollowingRequests",
    `select ${REQUEST_COLUMNS} from erasure_requests r
     where r.linked_to = $1 and r.state not in ('CLOSED', 'REJECTED', 'CANCELLED') order by r.submitted_at, r.id for no key update`,
    [id],
  );
}
