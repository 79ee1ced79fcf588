import { appendAuditEntry } from "../../audit";
import { findServices, type Service, serviceId, serviceKeyOf } from "../../catalog";
import { seal } from "../../platform/crypto/envelope";
import type { Tx } from "../../platform/database/sql";
import { notFound } from "../../platform/errors";
import { checkDenialCode } from "../model";
import { insertDecision } from "../storage/endpoint-store";

/** An operator's wish to stop or resume a service. */
export interface DecideEndpoint {
  /** Public id or key of the service. */
  readonly id: string;
  /** One of `DENIAL_CODES`. */
  readonly code: string;
  readonly note?: string | null;
  readonly actor: string;
}

/** The service that the decision is about. Refuses (BAD_USER_INPUT) a reason that is no code, (NOT_FOUND) a service that does not exist. */
export async function decidedService(tx: Tx, { id, code }: DecideEndpoint): Promise<Service> {
  checkDenialCode(code);
  const key = serviceKeyOf(id);
  const service = (await findServices(tx, [key])).get(key);
  if (service === undefined) throw notFound("id: there is no such service");
  return service;
}

/** Keeps the reason of a decision that changed something, its note sealed; writes the audit entry. */
export async function recordDecision(tx: Tx, decision: "STOP" | "RESUME", service: string, { code, note, actor }: DecideEndpoint): Promise<void> {
  const id = tx.ids.uuid();
  await insertDecision(tx, { id, service, decision, code, ...sealed(tx, id, note) });
  const action = decision === "STOP" ? "erasure.stop-service" : "erasure.resume-service";
  await appendAuditEntry(tx, { action, actor, object: serviceId(service) });
}

function sealed(tx: Tx, row: string, note: string | null | undefined): { note: string | null; noteKey: string | null } {
  if (!note) return { note: null, noteKey: null };
  const key = tx.keyring.newDataKey();
  const place = { table: "endpoint_decisions", row };
  return { note: seal(key, { ...place, column: "note" }, note), noteKey: tx.keyring.wrapDataKey(key, { ...place, column: "note_key" }) };
}
