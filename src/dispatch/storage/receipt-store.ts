import type { Tx } from "../../platform/database/sql";
import type { Evidence } from "../verdict-model";

/** Keeps the signed final answers, one for each order. */
export async function insertReceipts(tx: Tx, receipts: readonly (Evidence & { readonly orderId: string })[]): Promise<void> {
  await tx.execute(
    "insertReceipts",
    `insert into receipts (order_id, received_at, webhook_timestamp, signature, body_sha256, body)
     select r.order_id, $1::timestamptz, r.webhook_timestamp, r.signature, r.body_sha256, r.body
       from unnest($2::uuid[], $3::bigint[], $4::text[], $5::bytea[], $6::bytea[]) r (order_id, webhook_timestamp, signature, body_sha256, body)`,
    [
      tx.now,
      receipts.map((receipt) => receipt.orderId),
      receipts.map((receipt) => receipt.webhookTimestamp),
      receipts.map((receipt) => receipt.signature),
      receipts.map((receipt) => receipt.bodySha256),
      receipts.map((receipt) => receipt.body),
    ],
  );
}
