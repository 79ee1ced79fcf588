import { only, type Tx } from "../../platform/database/sql";
import type { NewOrder, OrderRecord } from "../model";
import { DEADLY_FAILURES } from "../schedule-model";
import { ORDER_RECORD } from "./order-columns";

const INSERT_ORDERS = `
  with given as (
    select * from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::boolean[], $8::text[], $9::jsonb[], $10::timestamptz[],
                         $11::timestamptz[], $12::uuid[])
      as g (id, owner, owner_ref, service_key, kind, dry_run, reason, details, due_at, send_at, recall_of)
  ), added_orders as (
    insert into orders (id, owner, owner_ref, service_key, kind, dry_run, reason, details, due_at, send_at, recall_of, state, created_at)
    select g.*, 'QUEUED', $1::timestamptz from given g
  ), added_datasets as (
    insert into order_datasets (order_id, dataset_id) select * from unnest($13::uuid[], $14::integer[])
  ), added_endpoints as (
    insert into endpoints (service_key, refilled_at)
    select distinct g.service_key, $1::timestamptz from given g order by 1
    on conflict do nothing
  )
  insert into order_queue (order_id, service_key, due_at, attempt, failures)
  select g.id, g.service_key, case g.kind when 'recall' then '-infinity' else g.send_at end, 0, 0 from given g`;

/**
 * Writes orders, their datasets and their places in the queue, and an endpoint for each service that is new to delivery; one statement.
 * A recall overtakes all that waits for its service: every minute may be too late.
 */
export async function insertOrders(tx: Tx, orders: readonly (NewOrder & { readonly id: string })[]): Promise<void> {
  const column = <T>(of: (order: NewOrder & { readonly id: string }) => T): T[] => orders.map(of);
  const sendAt = (order: NewOrder): Date => (order.sendAt !== undefined && order.sendAt > tx.now ? order.sendAt : tx.now);
  await tx.execute("insertOrders", INSERT_ORDERS, [
    tx.now,
    column((order) => order.id),
    column((order) => order.owner),
    column((order) => order.ownerRef),
    column((order) => order.service),
    column((order) => order.kind),
    column((order) => order.dryRun ?? false),
    column((order) => order.reason ?? null),
    column((order) => JSON.stringify(order.details ?? {})),
    column((order) => order.due),
    column(sendAt),
    column((order) => order.recallOf ?? null),
    orders.flatMap((order) => order.datasets.map(() => order.id)),
    orders.flatMap((order) => order.datasets),
  ]);
}

/** Which orders of an owner are meant; each member given narrows the choice. */
export interface OrderSelector {
  readonly owner: string;
  readonly ownerRef?: string;
  readonly service?: string;
  readonly orderIds?: readonly string[];
}

/** An order in the queue, locked. `leased`: a worker has it, or had it and died. */
export interface QueuedOrder {
  readonly id: string;
  readonly leased: boolean;
  readonly failures: number;
  readonly polls: number;
}

/** Locks the selected orders that may still be sent, in id order; waits for a claim or record of theirs to end. Recalled ones are left out. */
export function lockQueuedOrders(tx: Tx, selector: Partial<OrderSelector>): Promise<QueuedOrder[]> {
  const { name, where, values } = whereSelected(selector);
  return tx.query(
    `lockQueuedOrders${name}`,
    `select q.order_id as id, q.lease_until is not null as leased, q.failures, q.polls
       from order_queue q join orders o on o.id = q.order_id
      where ${where} and not q.recalled
      order by q.order_id for update of q`,
    values,
  );
}

/** An order at one of its service's doors, locked. */
export interface LockedOrder extends OrderRecord {
  /** Its recall is under way. */
  readonly recalled: boolean;
  readonly permittedAt: Date | null;
}

/** Locks one order, first its place in the queue as everybody does. */
export async function lockOrder(tx: Tx, id: string): Promise<LockedOrder> {
  const place = await tx.query<{ recalled: boolean }>("lockPlace", "select recalled from order_queue where order_id = $1 for update", [id]);
  const order = await tx.query<OrderRecord & { permittedAt: Date | null }>(
    "lockOrder",
    `select ${ORDER_RECORD}, o.permitted_at as "permittedAt" from orders o where o.id = $1 for update`,
    [id],
  );
  return { ...only(order), recalled: place[0]?.recalled ?? false };
}

export async function recordPermit(tx: Tx, id: string): Promise<void> {
  await tx.execute("recordPermit", "update orders set permitted_at = $2 where id = $1", [id, tx.now]);
}

/** Takes locked orders out of the queue: SUSPENDED keeps them for later, WITHDRAWN ends them. */
export async function dequeueOrders(tx: Tx, ids: readonly string[], state: "SUSPENDED" | "WITHDRAWN"): Promise<void> {
  await deleteFromQueue(tx, ids);
  await tx.execute(
    "dequeueOrders",
    "update orders set state = $2, dead_reason = null, finished_at = case $2 when 'WITHDRAWN' then $3::timestamptz end where id = any($1::uuid[])",
    [ids, state, tx.now],
  );
}

export async function deleteFromQueue(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.execute("deleteFromQueue", "delete from order_queue where order_id = any($1::uuid[])", [ids]);
}

/** Suspended orders that are withdrawn; answers which. */
export async function withdrawSuspendedOrders(tx: Tx, ids: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    "withdrawSuspendedOrders",
    "update orders set state = 'WITHDRAWN', finished_at = $2 where id = any($1::uuid[]) and state = 'SUSPENDED' returning id",
    [ids, tx.now],
  );
  return rows.map((row) => row.id);
}

/** Puts suspended orders back into the queue, not before they were to be sent at first; their schedule starts anew. */
export async function requeueOrders(tx: Tx, selector: OrderSelector): Promise<string[]> {
  const { name, where, values } = whereSelected(selector);
  const rows = await tx.query<{ id: string }>(
    `requeueOrders${name}`,
    `with resumed as (
       update orders o set state = 'QUEUED' where ${where} and o.state = 'SUSPENDED'
       returning o.id, o.service_key, o.send_at, o.attempts
     )
     insert into order_queue (order_id, service_key, due_at, attempt, failures)
     select r.id, r.service_key, greatest(r.send_at, $${values.length + 1}::timestamptz), r.attempts, 0 from resumed r
     returning order_id as id`,
    [...values, tx.now],
  );
  return rows.map((row) => row.id);
}

/** A dead order is due at once, with the whole schedule before it. Answers false where it is not dead, or set aside because its service is gone. */
export async function revive(tx: Tx, id: string): Promise<boolean> {
  const revived = await tx.execute(
    "reviveInQueue",
    "update order_queue set failures = 0, polls = 0, due_at = $2 where order_id = $1 and failures >= $3 and due_at < 'infinity' and not recalled",
    [id, tx.now, DEADLY_FAILURES],
  );
  if (revived === 1) await tx.execute("reviveOrder", "update orders set state = 'QUEUED', dead_reason = null where id = $1", [id]);
  return revived === 1;
}

function whereSelected({ owner, ownerRef, service, orderIds }: Partial<OrderSelector>): { name: string; where: string; values: unknown[] } {
  const conditions = [
    { name: "ByOwner", column: "o.owner =", type: "text", value: owner },
    { name: "ByOwnerRef", column: "o.owner_ref =", type: "uuid", value: ownerRef },
    { name: "ByService", column: "o.service_key =", type: "text", value: service },
    { name: "ById", column: "o.id = any", type: "uuid[]", value: orderIds },
  ].filter((condition) => condition.value !== undefined);
  return {
    // Each combination is a statement of its own: a plan that fits "any owner" must not be taken for "this order".
    name: conditions.map((condition) => condition.name).join(""),
    where: conditions.map((condition, at) => `${condition.column} ($${at + 1}::${condition.type})`).join(" and "),
    values: conditions.map((condition) => condition.value),
  };
}
