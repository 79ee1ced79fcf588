import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import type { Tx } from "../../platform/database/sql";
import { badInput, conflict } from "../../platform/errors";
import { findPidsByIdentifiers, type Identifier, normaliseIdentifier, sealSubject } from "../../subjects";
import { MAX_IDENTIFIERS } from "../discovery-model";
import type { Capacity, Regime } from "../model";
import { findRequestByExternalRef, getRequest, type ErasureRequest } from "../storage/erasure-queries";
import { insertRequest, lockExternalRef } from "../storage/request-store";
import { isSuppressedBy } from "../storage/suppression-store";
import { refuseFuture } from "./check-instants";
import { computeDeadline } from "./compute-deadline";
import { linkDuplicate, lockPerson } from "./link-duplicate";

export interface SubmitErasureRequest {
  readonly actor: string;
  readonly identifiers: readonly Identifier[];
  readonly regime: Regime;
  readonly capacity: Capacity;
  /** When the person's request reached the company; the clock runs from there. Default: now. */
  readonly receivedAt?: Date | null;
  /** The caller has verified the person's identity; otherwise the request waits for `recordIdentityVerification`. */
  readonly identityVerifiedAt?: Date | null;
  readonly externalRef?: string | null;
  readonly ground?: string | null;
}

/**
 * Accepts a person's erasure request; never refuses one that is well formed (a hold delays tasks, not intake).
 * Refuses: BAD_USER_INPUT (identifiers, times in the future, reference, ground), CONFLICT (the external reference stands for other identifiers).
 * Writes: the sealed subject, the request (RECEIVED, or AWAITING_IDENTITY), one audit entry. Idempotent on `externalRef`.
 */
export async function submitErasureRequest(deps: Deps, command: SubmitErasureRequest): Promise<ErasureRequest> {
  const identifiers = distinct(command.identifiers);
  checkTexts(command);
  return deps.transaction(async (tx) => {
    if (command.externalRef) {
      await lockExternalRef(tx, command.externalRef);
      const known = await findRequestByExternalRef(tx, command.externalRef);
      if (known) return repeated(tx, known, identifiers);
    }
    const request = await openRequest(tx, command, identifiers);
    await appendAuditEntry(tx, { action: "erasure.submit-erasure-request", actor: command.actor, object: request.id, subjects: [request.pid] });
    if (request.identityVerifiedAt) await linkDuplicate(tx, request, identifiers);
    return getRequest(tx, request.id);
  });
}

function distinct(identifiers: readonly Identifier[]): Identifier[] {
  const normalised = new Map(identifiers.map(normaliseIdentifier).map((identifier) => [`${identifier.type}\u0000${identifier.value}`, identifier]));
  if (normalised.size === 0) throw badInput("identifiers: give at least one");
  if (normalised.size > MAX_IDENTIFIERS) throw badInput(`identifiers: at most ${MAX_IDENTIFIERS}`);
  return [...normalised.values()];
}

/** Format characters (zero-width, direction-changing) and line separators: two references that differ in these alone look the same. */
const INVISIBLE = /[\p{Cf}\p{Zl}\p{Zp}]/u;
const GROUND = /^[A-Za-z0-9][A-Za-z0-9 ._()-]{0,63}$/;

function checkTexts({ externalRef, ground }: SubmitErasureRequest): void {
  if (externalRef && INVISIBLE.test(externalRef)) throw badInput("externalRef: has an invisible or direction-changing character");
  if (ground && !GROUND.test(ground)) throw badInput("ground: expected a code, such as a letter of Art. 17(1); never a text about the person");
}

/** The same reference with the same person is the same request; with another person it is a mistake that must not pass unseen. */
async function repeated(tx: Tx, known: ErasureRequest, identifiers: readonly Identifier[]): Promise<ErasureRequest> {
  for (const identifier of identifiers) {
    if (!(await isKnownBy(tx, known, identifier))) {
      throw conflict("externalRef: already used for a request with other identifiers; use a new reference", known.id);
    }
  }
  return known;
}

/** Who was forgotten since is still recognised by the ledger of the run that erased their data. */
async function isKnownBy(tx: Tx, { id, pid, linkedTo }: ErasureRequest, identifier: Identifier): Promise<boolean> {
  if ((await findPidsByIdentifiers(tx, [identifier])).includes(pid)) return true;
  const { type, value } = identifier;
  return isSuppressedBy(tx, linkedTo ?? id, { type, blindIndex: tx.keyring.blindIndex(type, value) });
}

async function openRequest(tx: Tx, command: SubmitErasureRequest, identifiers: Identifier[]): Promise<ErasureRequest> {
  const receivedAt = untilNow("receivedAt", command.receivedAt ?? tx.now, tx.now);
  const identityVerifiedAt = command.identityVerifiedAt ? untilNow("identityVerifiedAt", command.identityVerifiedAt, tx.now) : null;
  await lockPerson(tx, identifiers);
  const { pid } = await sealSubject(tx, identifiers);
  const request: ErasureRequest = {
    id: tx.ids.uuid(),
    pid,
    state: identityVerifiedAt ? "RECEIVED" : "AWAITING_IDENTITY",
    result: null,
    externalRef: command.externalRef ?? null,
    regime: command.regime,
    ground: command.ground ?? null,
    capacity: command.capacity,
    receivedAt,
    submittedAt: tx.now,
    submittedBy: command.actor,
    identityRequestedAt: null,
    identityVerifiedAt,
    identityFailedAt: null,
    extendedAt: null,
    dueAt: receivedAt,
    linkedTo: null,
    planVersion: 0,
    plannedIdentifiers: [],
    approvedBy: null,
    approvedAt: null,
    releasableAt: null,
    releasedAt: null,
    certificateId: null,
    replan: false,
    revision: 0,
  };
  const deadline = computeDeadline(tx, request, []);
  await insertRequest(tx, { ...request, dueAt: deadline.due }, identityVerifiedAt ? tx.now : null);
  return request;
}

/** What a caller whose clock runs ahead calls a moment ago is now. */
function untilNow(member: string, instant: Date, now: Date): Date {
  refuseFuture(member, instant, now);
  return instant > now ? now : instant;
}
