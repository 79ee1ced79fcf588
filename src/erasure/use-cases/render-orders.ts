import { type CatalogDataset, findDatasets } from "../../catalog";
import type { OrderContent, OrderRecord } from "../../dispatch";
import type { Reader } from "../../platform/database/sql";
import { openIdentifiers } from "../../subjects";
import { isBeforeRelease, isOpen } from "../model";
import { findRequestsByIds, type ErasureRequest } from "../storage/erasure-queries";

/**
 * What an erasure order says, made when it is claimed and never stored. It names the person only by identifiers that were asserted
 * or confirmed, and only by types that the datasets it asks declare. Left out and so withdrawn are orders of ended requests, planning orders
 * once the request was released, and orders that ask a dataset by none of its own types: whoever looks by another's finds nobody.
 */
export async function renderErasureOrders(reader: Reader, orders: readonly OrderRecord[]): Promise<Map<string, OrderContent>> {
  const requests = new Map((await findRequestsByIds(reader, [...new Set(orders.map((order) => order.ownerRef))])).map((request) => [request.id, request]));
  const identifiers = await openIdentifiers(reader, [...new Set([...requests.values()].map((request) => request.pid))]);
  const datasets = await findDatasets(reader, [...new Set(orders.flatMap((order) => order.datasets))]);
  const contents = new Map<string, OrderContent>();
  for (const order of orders) {
    const request = requests.get(order.ownerRef);
    if (request === undefined || !isWanted(order, request)) continue;
    const declared = new Set(order.datasets.flatMap((id) => datasets.get(id)?.identifierTypes ?? []));
    const sent = (identifiers.get(request.pid) ?? []).filter(({ id, type, status }) =>
      order.details.step === "CONFIRM" ? id === order.details.identifier : status !== "QUARANTINED" && declared.has(type),
    );
    if (sent.length === 0 || !isEachAskedByItsOwn(order, datasets, sent)) continue;
    contents.set(order.id, contentOf(request, sent));
  }
  return contents;
}

/** A recall names its order, and asks nothing of anybody. */
function isEachAskedByItsOwn(order: OrderRecord, datasets: ReadonlyMap<number, CatalogDataset>, sent: readonly { type: string }[]): boolean {
  if (order.kind === "recall") return true;
  return order.datasets.every((id) => sent.some(({ type }) => datasets.get(id)?.identifierTypes.includes(type)));
}

function isWanted(order: OrderRecord, request: ErasureRequest): boolean {
  if (order.kind === "recall") return true;
  if (!isOpen(request.state)) return false;
  const planning = ["DISCOVER", "CONFIRM", "VERIFY_BEFORE"].includes(order.details.step as string);
  return planning === isBeforeRelease(request.state);
}

function contentOf(request: ErasureRequest, sent: readonly { type: string; value: string }[]): OrderContent {
  return {
    identities: sent.map(({ type, value }) => ({ identity_type: type, identity_value: value, identity_format: "raw" as const })),
    regulation: request.regime.toLowerCase() as "gdpr" | "uk_gdpr" | "ccpa",
    subject_request_id: request.id,
    subject_request_type: "erasure",
    submitted_time: request.receivedAt.toISOString(),
    ...(request.releasedAt === null ? {} : { collected_before: request.releasedAt.toISOString() }),
  };
}
