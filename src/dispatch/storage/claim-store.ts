import type { Tx } from "../../platform/database/sql";
import type { OrderRecord } from "../model";
import { ORDER_RECORD } from "./order-columns";

/** Orders with `lease_until` in the past belong to a worker that died: they are anybody's. */
const CLAIMABLE = "not q.recalled and q.due_at <= $1 and (q.lease_until is null or q.lease_until <= $1)";

/**
 * Lets the plans of a claim read each service's queue from its front, and stop. Where PostgreSQL expects few rows it would rather read all
 * of the queue into a bitmap, with the dead entries that pile up at the front, and a bitmap scan never marks those as dead: twice the work.
 */
export async function readQueuesFromTheFront(tx: Tx): Promise<void> {
  await tx.execute("readQueuesFromTheFront", "set local enable_bitmapscan = off");
}

/**
 * Locks the endpoints that may be called and have orders due: not stopped, breaker not open, no `Retry-After` pending.
 * Those that another worker is claiming from, or recording to, are passed over. In a statement of its own, so that the claim
 * that follows sees all leases of the workers that held these locks before.
 */
export async function lockCallableEndpoints(tx: Tx): Promise<string[]> {
  const rows = await tx.query<{ service: string }>(
    "lockCallableEndpoints",
    `select e.service_key as service from endpoints e
      where e.stopped_at is null
        and (e.open_until is null or e.open_until <= $1)
        and (e.retry_after_until is null or e.retry_after_until <= $1)
        and exists (select from order_queue q where q.service_key = e.service_key and ${CLAIMABLE})
      order by e.service_key for update skip locked`,
    [tx.now],
  );
  return rows.map((row) => row.service);
}

export interface Lease {
  readonly owner: string;
  readonly until: Date;
}

/**
 * Leases at most `limit` due orders of locked endpoints to one worker, and counts the attempt.
 *
 *     room    what each endpoint can take: the least of its tokens and its free places (one, while its breaker is half open)
 *     due     so many of its due orders, oldest first; `turn` counts from the calls it has in flight already
 *     taken   the lowest turns of all endpoints: whoever has least in flight comes first, and none can hold all places
 *
 * Rows are named by `any(array(…))` and not by a join, for which the planner would read the whole tables.
 */
export function leaseOrders(tx: Tx, services: readonly string[], limit: number, lease: Lease): Promise<OrderRecord[]> {
  return tx.query(
    "leaseOrders",
    `with room as (
       select e.service_key, t.tokens, f.in_flight,
              least(floor(t.tokens), case when e.open_until is null then e.max_in_flight else 1 end - f.in_flight)::integer as places
         from endpoints e
        cross join lateral (
          select least(e.burst, e.tokens + e.rate_per_second * greatest(0, extract(epoch from $1::timestamptz - e.refilled_at))) as tokens
        ) t
        cross join lateral (
          select count(*)::integer as in_flight from order_queue q where q.service_key = e.service_key and q.lease_until > $1
        ) f
        where e.service_key = any($2::text[])
     ), due as (
       select r.service_key, o.order_id, o.due_at, r.in_flight + row_number() over (partition by r.service_key order by o.due_at) as turn
         from room r
        cross join lateral (
          select q.order_id, q.due_at from order_queue q
           where q.service_key = r.service_key and ${CLAIMABLE}
           order by q.due_at limit greatest(r.places, 0) for update skip locked
        ) o
     ), taken as (
       select service_key, order_id from due order by turn, due_at limit $3
     ), spent as (
       update endpoints e set tokens = r.tokens - t.orders, refilled_at = $1
         from room r join (select service_key, count(*) as orders from taken group by service_key) t using (service_key)
        where e.service_key = r.service_key
     ), leased as (
       update order_queue q set attempt = q.attempt + 1, lease_until = $4, lease_owner = $5
        where q.order_id = any(array(select order_id from taken))
       returning q.order_id
     )
     update orders o set attempts = o.attempts + 1, state = case o.state when 'QUEUED' then 'IN_FLIGHT' else o.state end
      where o.id = any(array(select order_id from leased))
     returning ${ORDER_RECORD}`,
    [tx.now, services, limit, lease.until, lease.owner],
  );
}

/** An attempt as the fence knows it. */
export interface Attempt {
  readonly orderId: string;
  readonly attempt: number;
}

/** Moves the end of leases. Attempts that others have taken over, or that are over, are left alone. */
export async function extendLeases(tx: Tx, attempts: readonly Attempt[], until: Date): Promise<void> {
  await tx.execute(
    "extendLeases",
    `update order_queue q set lease_until = $3
       from (
         select o.order_id from order_queue o join unnest($1::uuid[], $2::integer[]) a (order_id, attempt) using (order_id, attempt)
          where o.lease_until is not null order by o.order_id for update of o
       ) l
      where q.order_id = l.order_id`,
    [attempts.map((attempt) => attempt.orderId), attempts.map((attempt) => attempt.attempt), until],
  );
}

/** Gives leases up without a call; the orders are due at the instant given. Attempts that others have taken over are left alone. */
export async function releaseLeases(tx: Tx, attempts: readonly Attempt[], dueAt: Date): Promise<void> {
  await tx.execute(
    "releaseLeases",
    `with released as (
       update order_queue q set lease_until = null, lease_owner = null, due_at = $3
         from (
           select o.order_id from order_queue o join unnest($1::uuid[], $2::integer[]) a (order_id, attempt) using (order_id, attempt)
            order by o.order_id for update of o
         ) l
        where q.order_id = l.order_id
       returning q.order_id
     )
     update orders o set state = 'QUEUED' from released r where o.id = r.order_id and o.state = 'IN_FLIGHT'`,
    [attempts.map((attempt) => attempt.orderId), attempts.map((attempt) => attempt.attempt), dueAt],
  );
}
