import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { conflict } from "../../platform/errors";
import { noteExaminedPermit } from "../storage/examination-store";

/**
 * Answers a service that asks for the permit of an order that examines it: given once, or refused (CONFLICT) to see whether it heeds that;
 * that it asked is noted in either case. False where the service has no such order. Writes: the examined order, one audit entry if given.
 */
export async function takeExaminedPermit(deps: Deps, orderId: string, service: string, actor: string): Promise<boolean> {
  const noted = await deps.transaction(async (tx) => {
    const asked = await noteExaminedPermit(tx, orderId, service);
    if (asked?.permitted && asked.first) await appendAuditEntry(tx, { action: "dispatch.take-permit", actor, object: orderId });
    return asked;
  });
  if (noted === undefined) return false;
  if (!noted.permitted) throw conflict("no permit: this order examines whether a refused permit is heeded", orderId);
  if (!noted.first) throw conflict("no permit: it was given already", orderId);
  return true;
}
