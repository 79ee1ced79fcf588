import type { Reader } from "../../platform/database/sql";
import type { OrderRecord } from "../model";
import { ORDER_RECORD } from "./order-columns";

export async function findOrder(reader: Reader, id: string): Promise<OrderRecord | undefined> {
  const [order] = await reader.query<OrderRecord>("findOrder", `select ${ORDER_RECORD} from orders o where o.id = $1`, [id]);
  return order;
}

/** Keys of the given services that are stopped. */
export async function findStoppedServices(reader: Reader, services: readonly string[]): Promise<Set<string>> {
  const rows = await reader.query<{ service: string }>(
    "findStoppedServices",
    "select service_key as service from endpoints where service_key = any($1::text[]) and stopped_at is not null",
    [services],
  );
  return new Set(rows.map((row) => row.service));
}

/** Keys of all services: a receipt may be signed by one that never had an order. */
export async function listServiceKeys(reader: Reader): Promise<string[]> {
  const rows = await reader.query<{ key: string }>("listServiceKeys", "select s.key from services s order by s.key");
  return rows.map((row) => row.key);
}

/** Digest of the final answer that an order has. */
export async function findReceiptDigest(reader: Reader, orderId: string): Promise<Buffer | undefined> {
  const [row] = await reader.query<{ digest: Buffer }>("findReceiptDigest", "select body_sha256 as digest from receipts where order_id = $1", [orderId]);
  return row?.digest;
}
