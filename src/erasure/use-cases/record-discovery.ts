import { appendAuditEntry } from "../../audit";
import { datasetUrn, findDatasets, planQueries } from "../../catalog";
import { enqueueOrders } from "../../dispatch";
import type { Tx } from "../../platform/database/sql";
import { addIdentifiers, confirmIdentifier, normaliseIdentifier, openIdentifiers } from "../../subjects";
import { type Assertion, judgeAssertions, type KnownIdentifier, vouchesFor } from "../discovery-model";
import { insertPlanningOrders } from "../storage/planning-order-store";
import type { ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { insertGaps } from "../storage/task-store";
import type { AnsweredEvent } from "./answered-datasets";

/**
 * Takes the identifiers that a service returned. Believed ones make the plan grow, all others are quarantined, and the issuer of
 * a quarantined one's type is asked whether it knows the same person. After release nothing is added any more.
 * Writes: sealed identifiers, possibly a gap and the issuer's order, one audit entry.
 */
export async function recordDiscovery(tx: Tx, request: ErasureRequest, event: AnsweredEvent): Promise<void> {
  if (request.releasedAt !== null) return;
  const returned = (event.answer.identities ?? []).flatMap(toAssertion);
  const known = await knownIdentifiers(tx, request.pid);
  if (event.order.details.step === "CONFIRM") await confirm(tx, request, event, returned, known);
  else await discover(tx, request, event, returned, known);
  await appendAuditEntry(tx, { action: "erasure.record-discovery", actor: `service:${event.order.service}`, object: request.id, subjects: [request.pid] });
}

/** A value that is no identifier of its type (a phone number without country, say) cannot be asked with. */
function toAssertion({ identity_type, identity_value }: { identity_type: string; identity_value: string }): Assertion[] {
  try {
    return [normaliseIdentifier({ type: identity_type, value: identity_value })];
  } catch {
    return [];
  }
}

async function knownIdentifiers(tx: Tx, pid: string): Promise<KnownIdentifier[]> {
  return (await openIdentifiers(tx, [pid])).get(pid) ?? [];
}

async function discover(tx: Tx, request: ErasureRequest, { order, answer }: AnsweredEvent, returned: Assertion[], known: KnownIdentifier[]): Promise<void> {
  const datasets = [...(await findDatasets(tx, order.datasets)).values()];
  const issuers = await planQueries.findIssuers(tx, [...new Set(returned.map((assertion) => assertion.type))]);
  const issued = [...issuers].filter(([, issuer]) => issuer.serviceKey === order.service).map(([type]) => type);
  const declaredTypes = new Set([...datasets.flatMap((dataset) => dataset.identifierTypes), ...issued]);
  const issuerOf = new Map([...issuers].map(([type, issuer]) => [type, issuer.serviceKey]));
  const judged = judgeAssertions({ key: order.service, declaredTypes }, returned, known, issuerOf);

  const from = `service:${order.service}`;
  const believed = await addIdentifiers(tx, request.pid, judged.confirmed, "CONFIRMED", from);
  const doubted = await addIdentifiers(tx, request.pid, judged.quarantined, "QUARANTINED", from);
  if (believed.length > 0) await transitionRequest(tx, request.id, { replan: true });
  // What hangs on an identifier that cannot be asked with stays unknown.
  const unusable = (answer.identities ?? []).some((named) => declaredTypes.has(named.identity_type) && toAssertion(named).length === 0);
  if (judged.truncated || unusable) {
    const place = datasetUrn(datasets[0] as (typeof datasets)[number]);
    await insertGaps(tx, request.id, [{ place, reason: "TRUNCATED", path: [place] }]);
  }
  for (const { id, type } of doubted) {
    const issuer = issuerOf.get(type);
    if (issuer && issuer !== order.service) await askIssuer(tx, request, issuer, { id, type });
  }
}

/** Asks the issuing service about the quarantined value alone, at those of its datasets that declare the type. */
async function askIssuer(tx: Tx, request: ErasureRequest, service: string, doubted: { id: string; type: string }): Promise<void> {
  const declaring = (await planQueries.findPlanSeeds(tx, [doubted.type])).map(({ dataset }) => dataset);
  const datasets = declaring.filter((dataset) => dataset.serviceKey === service && dataset.identifierTypes.includes(doubted.type)).map(({ id }) => id);
  if (datasets.length === 0) return;
  const [orderId] = await enqueueOrders(tx, [
    { owner: "erasure", ownerRef: request.id, service, kind: "discover", datasets, details: { step: "CONFIRM", identifier: doubted.id }, due: request.dueAt },
  ]);
  await insertPlanningOrders(tx, request.id, [{ orderId: orderId as string, step: "CONFIRM", serviceKey: service, depth: 0 }]);
}

async function confirm(tx: Tx, request: ErasureRequest, { order }: AnsweredEvent, returned: Assertion[], known: KnownIdentifier[]): Promise<void> {
  if (!vouchesFor(returned, known)) return;
  await confirmIdentifier(tx, order.details.identifier as string);
  await transitionRequest(tx, request.id, { replan: true });
}
