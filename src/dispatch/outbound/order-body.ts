import type { DatasetName, Order } from "../../protocol";
import type { OrderContent, OrderRecord } from "../model";

/** The order as the service reads it. Its URL and method are not signed, so it names its audience itself. */
export function orderBody(order: OrderRecord, content: OrderContent, datasets: readonly DatasetName[], publicUrl: string): Order {
  const { identities, extra, ...request } = content;
  return {
    orderId: order.id,
    kind: order.kind,
    attempt: order.attempt,
    audience: `service:${order.service}`,
    submitted_time: order.createdAt.toISOString(),
    ...request,
    due: order.due?.toISOString() ?? null,
    dryRun: order.dryRun,
    ...(order.reason === null ? {} : { reason: order.reason }),
    subject_identities: identities,
    datasets,
    ...extra,
    ...(order.recallOf === null ? {} : { recall_of: order.recallOf }),
    status_callback_urls: [`${publicUrl}/orders/${order.id}/receipt`],
  };
}
