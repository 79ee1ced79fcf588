import type { Tx } from "../../platform/database/sql";
import { deleteFromQueue } from "./order-store";

/** What the recall of an order has to repeat of it. */
export interface RecalledOrder {
  readonly id: string;
  readonly owner: string;
  readonly ownerRef: string;
  readonly service: string;
  readonly datasets: readonly number[];
  readonly due: Date | null;
}

/** Keeps orders that were sent from being sent again while their recalls are under way. Leaves out those never sent, finished, or recalled before. */
export function markRecalled(tx: Tx, ids: readonly string[]): Promise<RecalledOrder[]> {
  return tx.query(
    "markRecalled",
    `with locked as (
       select order_id from order_queue where order_id = any($1::uuid[]) and attempt > 0 and not recalled order by order_id for update
     ), marked as (
       update order_queue q set recalled = true from locked l where q.order_id = l.order_id returning q.order_id
     )
     update orders o set recalled_at = $2 from marked m where o.id = m.order_id
     returning o.id, o.owner, o.owner_ref as "ownerRef", o.service_key as service, o.due_at as due,
       array(select d.dataset_id from order_datasets d where d.order_id = o.id order by d.dataset_id) as datasets`,
    [ids, tx.now],
  );
}

/** The service took the orders back: they are dead for good. One that has its final answer keeps it. */
export async function endRecalled(tx: Tx, ids: readonly string[]): Promise<void> {
  await deleteFromQueue(tx, ids);
  await tx.execute(
    "endRecalled",
    `update orders set state = 'RECALLED', dead_reason = null, finished_at = $2
      where id = any($1::uuid[]) and state in ('QUEUED', 'IN_FLIGHT', 'ACCEPTED', 'DEAD')`,
    [ids, tx.now],
  );
}

/** The service had done them already: they are asked again at once, for the answer. */
export async function unmarkRecalled(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.execute("unmarkRecalled", "update order_queue set recalled = false, due_at = $2 where order_id = any($1::uuid[])", [ids, tx.now]);
}
