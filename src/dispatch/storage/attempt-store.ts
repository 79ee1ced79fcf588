import type { Tx } from "../../platform/database/sql";
import type { NextAttempt, Progress } from "../delivery-model";
import type { DeadReason, DeliveryError, OrderRecord, OrderState } from "../model";
import { deleteFromQueue } from "./order-store";

/**
 * The fence: locks the orders in id order and answers those whose attempt is still the newest, with their progress.
 * A zombie, whose lease ran out and whose order was claimed anew, is left out and so changes nothing.
 */
export async function lockLive<Item extends { readonly order: OrderRecord }>(tx: Tx, items: readonly Item[]): Promise<(Item & { before: Progress })[]> {
  const rows = await tx.query<Progress & { readonly id: string; readonly attempt: number }>(
    "lockLeased",
    `select q.order_id as id, q.attempt, q.failures, q.polls
       from order_queue q where q.order_id = any($1::uuid[]) and q.lease_until is not null
      order by q.order_id for update`,
    [items.map(({ order }) => order.id)],
  );
  const leased = new Map(rows.map((row) => [row.id, row]));
  return items.flatMap((item) => {
    const before = leased.get(item.order.id);
    return before?.attempt === item.order.attempt ? [{ ...item, before }] : [];
  });
}

/** An order that goes on after an attempt. */
export interface ContinuedOrder {
  readonly orderId: string;
  readonly next: NextAttempt;
  readonly state: OrderState;
  readonly lastError: DeliveryError | null;
  readonly deadReason: DeadReason | null;
}

/** Ends the leases of locked orders and sets when they are due again. */
export async function continueOrders(tx: Tx, orders: readonly ContinuedOrder[]): Promise<void> {
  if (orders.length === 0) return;
  const ids = orders.map((order) => order.orderId);
  await tx.execute(
    "continueInQueue",
    `update order_queue q set due_at = n.due_at, failures = n.failures, polls = n.polls, lease_until = null, lease_owner = null
       from unnest($1::uuid[], $2::timestamptz[], $3::integer[], $4::integer[]) n (order_id, due_at, failures, polls)
      where q.order_id = n.order_id and q.order_id = any($1)`,
    [ids, orders.map(({ next }) => next.dueAt), orders.map(({ next }) => next.failures), orders.map(({ next }) => next.polls)],
  );
  await tx.execute(
    "continueOrders",
    `update orders o
        set state = n.state, last_error = n.last_error,
            dead_reason = case n.state when 'DEAD' then coalesce(o.dead_reason, n.dead_reason) end,
            accepted_at = case n.state when 'ACCEPTED' then coalesce(o.accepted_at, $5) else o.accepted_at end
       from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) n (id, state, last_error, dead_reason)
      where o.id = n.id and o.id = any($1)`,
    [ids, orders.map((order) => order.state), orders.map((order) => order.lastError), orders.map((order) => order.deadReason), tx.now],
  );
}

/** The end of orders that were answered, or that their owner wants no more. */
export async function finishOrders(tx: Tx, ids: readonly string[], state: "ANSWERED" | "WITHDRAWN"): Promise<void> {
  await deleteFromQueue(tx, ids);
  await tx.execute(
    "finishOrders",
    "update orders set state = $2, dead_reason = null, last_error = null, finished_at = $3 where id = any($1::uuid[])",
    [ids, state, tx.now],
  );
}
