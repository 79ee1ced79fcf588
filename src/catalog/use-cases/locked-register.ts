import type { Tx } from "../../platform/database/sql";
import { conflict, notFound } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import { type Claim, claimText, type OwnershipAssignment, recordedInstant, rivalOf } from "../ownership-model";
import { entityId, serviceId } from "../public-ids";
import { findAssignment, findCurrentAssignments, findLastRecorded } from "../storage/ownership-queries";
import { lockEntities } from "../storage/ownership-store";
import { findServices } from "../storage/service-queries";

/** One entity's part of the register; nobody else changes it before the transaction ends. */
export interface LockedRegister {
  readonly retired: boolean;
  /** Clock and recorded instant, both taken under the lock. */
  readonly now: Date;
  readonly recordedAt: Date;
  /** Every assignment as known now. */
  readonly current: readonly OwnershipAssignment[];
}

/** Refuses (NOT_FOUND) an entity that is not registered. */
export async function lockRegister(tx: Tx, entityKey: string): Promise<LockedRegister> {
  const entity = (await lockEntities(tx, [entityKey])).get(entityKey);
  if (entity === undefined) throw notFound(`${entityId(entityKey)}: not registered; register it first`);
  const now = tx.clock.now();
  const lastRecorded = (await findLastRecorded(tx, [entityKey])).get(entityKey);
  return { ...entity, now, recordedAt: recordedInstant(now, lastRecorded), current: await findCurrentAssignments(tx, [entityKey]) };
}

/** Refuses (NOT_FOUND) an entity that is retired. */
export function requireInUse(entityKey: string, { retired }: LockedRegister): void {
  if (retired) throw notFound(`${entityId(entityKey)}: retired; register it again first`);
}

/** An assignment as known now, its entity's part of the register locked. Refuses (NOT_FOUND) an id of none. */
export async function lockAssignment(tx: Tx, id: string): Promise<{ assignment: OwnershipAssignment; register: LockedRegister }> {
  const found = isUuid(id) ? await findAssignment(tx, id) : undefined;
  if (found === undefined) throw notFound("id: no such assignment");
  const register = await lockRegister(tx, found.entityKey);
  return { assignment: register.current.find((assignment) => assignment.id === id)!, register };
}

/** Refuses (CONFLICT) a claim beside which another assignment stands, and names that one's service. */
export function requireNoRival(claim: Claim & { readonly id?: string }, { current }: LockedRegister): void {
  const rival = rivalOf(claim, current);
  if (rival !== undefined) throw conflict(`${claimText(rival)}; end or correct that assignment first`, claim.id ?? entityId(claim.entityKey));
}

/** Refuses (NOT_FOUND) a service that is not registered, or retired. */
export async function requireService(tx: Tx, key: string): Promise<void> {
  const service = (await findServices(tx, [key])).get(key);
  if (service?.retiredAt !== null) throw notFound(`${serviceId(key)}: not registered, or retired; register it first`);
}
