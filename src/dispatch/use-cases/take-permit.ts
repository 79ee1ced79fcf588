import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { conflict, notFound } from "../../platform/errors";
import { type Ids, isUuid } from "../../platform/ids";
import { findOrder, findStoppedServices } from "../storage/order-queries";
import { lockOrder, type LockedOrder, recordPermit } from "../storage/order-store";
import { takeExaminedPermit } from "./take-examined-permit";

export interface TakePermit {
  readonly orderId: string;
  /** The caller's own service. */
  readonly service: string | undefined;
  readonly actor: string;
}

/**
 * Gives the service that has an order the one permit to destroy what the order names. Refuses (NOT_FOUND) orders of others, and (CONFLICT)
 * a second permit, an order that was never sent, is over, suspended or being recalled, and any order of a stopped service.
 * Orders of an examination under way have their permits, too (`takeExaminedPermit`). Writes: the order, one audit entry.
 */
export async function takePermit(deps: Deps, { orderId, service, actor }: TakePermit): Promise<{ permit: string }> {
  if (isUuid(orderId) && service !== undefined && (await takeExaminedPermit(deps, orderId, service, actor))) return { permit: newPermit(deps.ids) };
  return deps.transaction(async (tx) => {
    const known = isUuid(orderId) ? await findOrder(tx, orderId) : undefined;
    if (known === undefined || known.service !== service) throw notFound("your service has no such order");
    const order = await lockOrder(tx, orderId);
    const stopped = (await findStoppedServices(tx, [service])).has(service);
    const reason = stopped ? "its service is stopped" : whyNot(order);
    if (reason !== undefined) throw conflict(`no permit: ${reason}`, orderId);
    await recordPermit(tx, orderId);
    await appendAuditEntry(tx, { action: "dispatch.take-permit", actor, object: orderId });
    return { permit: newPermit(tx.ids) };
  });
}

const newPermit = (ids: Ids): string => ids.bytes(16).toString("base64url");

function whyNot({ state, attempt, recalled, permittedAt }: LockedOrder): string | undefined {
  if (state === "SUSPENDED" || state === "WITHDRAWN" || state === "RECALLED") return `the order is ${state.toLowerCase()}`;
  if (state === "ANSWERED") return "the order has its final answer";
  if (recalled) return "the order is being recalled";
  if (attempt === 0) return "the order was never sent";
  return permittedAt === null ? undefined : "it was given already";
}
