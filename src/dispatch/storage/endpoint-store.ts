import type { Tx } from "../../platform/database/sql";
import type { EndpointHealth } from "../breaker-model";
import type { DeliveryError, OrderRecord, StopReason } from "../model";
import { DEADLY_FAILURES } from "../schedule-model";
import { ORDER_RECORD } from "./order-columns";

/** Locks endpoints in key order, after everything else that a transaction locks: claims pass locked ones over. */
export async function lockEndpointHealth(tx: Tx, services: readonly string[]): Promise<Map<string, EndpointHealth>> {
  const rows = await tx.query<EndpointHealth & { readonly service: string }>(
    "lockEndpointHealth",
    `select service_key as service, recent_calls as "recentCalls", openings, open_until as "openUntil", retry_after_until as "retryAfterUntil"
       from endpoints where service_key = any($1::text[]) order by service_key for update`,
    [services],
  );
  return new Map(rows.map((row) => [row.service, row]));
}

/** Writes what recent calls say about locked endpoints. */
export async function saveEndpointHealth(tx: Tx, healths: ReadonlyMap<string, EndpointHealth>): Promise<void> {
  const all = [...healths.values()];
  await tx.execute(
    "saveEndpointHealth",
    `update endpoints e
        set recent_calls = h.recent_calls, openings = h.openings, open_until = h.open_until, retry_after_until = h.retry_after_until
       from unnest($1::text[], $2::jsonb[], $3::integer[], $4::timestamptz[], $5::timestamptz[])
         h (service_key, recent_calls, openings, open_until, retry_after_until)
      where e.service_key = h.service_key`,
    [
      [...healths.keys()],
      all.map((health) => JSON.stringify(health.recentCalls)),
      all.map((health) => health.openings),
      all.map((health) => health.openUntil),
      all.map((health) => health.retryAfterUntil),
    ],
  );
}

/** Stops an endpoint; answers false where it was stopped already. */
export async function stopEndpoint(tx: Tx, service: string, reason: StopReason): Promise<boolean> {
  const stopped = await tx.execute(
    "stopEndpoint",
    `insert into endpoints as e (service_key, refilled_at, stopped_at, stop_reason) values ($1, $2, $2, $3)
     on conflict (service_key) do update set stopped_at = excluded.stopped_at, stop_reason = excluded.stop_reason
      where e.stopped_at is null`,
    [service, tx.now, reason],
  );
  return stopped === 1;
}

/** Lets a stopped endpoint be called again, as if nothing had ever failed; answers false where it was not stopped. */
export async function resumeEndpoint(tx: Tx, service: string): Promise<boolean> {
  const resumed = await tx.execute(
    "resumeEndpoint",
    `update endpoints
        set stopped_at = null, stop_reason = null,
            recent_calls = '[]', openings = 0, open_until = null, retry_after_until = null
      where service_key = $1 and stopped_at is not null`,
    [service],
  );
  return resumed === 1;
}

/** An operator's decision about a service. */
export interface EndpointDecision {
  readonly id: string;
  readonly service: string;
  readonly decision: "STOP" | "RESUME";
  readonly code: string;
  /** Sealed, and the wrapped key that opens it. */
  readonly note: string | null;
  readonly noteKey: string | null;
}

export async function insertDecision(tx: Tx, { id, service, decision, code, note, noteKey }: EndpointDecision): Promise<void> {
  await tx.execute(
    "insertEndpointDecision",
    "insert into endpoint_decisions (id, service_key, decision, code, note, note_key, decided_at) values ($1, $2, $3, $4, $5, $6, $7)",
    [id, service, decision, code, note, noteKey, tx.now],
  );
}

/**
 * Sets orders of endpoints that are gone aside, a few at a time, and answers those that die of it. Aside means due never:
 * that is how they are told from those still to be set aside. Orders in flight follow when their call has ended.
 */
export async function setGoneOrdersAside(tx: Tx, error: DeliveryError, limit: number): Promise<{ aside: number; dead: OrderRecord[] }> {
  const rows = await tx.query<{ id: string; dies: boolean }>(
    "setGoneOrdersAside",
    `with gone as (
       select q.order_id, q.failures < $2 as dies
         from endpoints e join order_queue q using (service_key)
        where e.stop_reason = 'GONE' and not q.recalled and q.due_at < 'infinity' and (q.lease_until is null or q.lease_until <= $1)
        order by q.order_id limit $3 for update of q skip locked
     )
     update order_queue q set due_at = 'infinity', failures = greatest(q.failures, $2), lease_until = null, lease_owner = null
       from gone g where q.order_id = g.order_id
     returning q.order_id as id, g.dies`,
    [tx.now, DEADLY_FAILURES, limit],
  );
  const dying = rows.filter((row) => row.dies).map((row) => row.id);
  if (dying.length === 0) return { aside: rows.length, dead: [] };
  const dead = await tx.query<OrderRecord>(
    "killGoneOrders",
    `update orders o set state = 'DEAD', dead_reason = 'GONE', last_error = $2 where o.id = any($1::uuid[]) returning ${ORDER_RECORD}`,
    [dying, error],
  );
  return { aside: rows.length, dead };
}

/** Makes the orders that were set aside due at once; those that died only of it start their schedule anew. */
export async function reviveGoneOrders(tx: Tx, service: string): Promise<void> {
  await tx.execute(
    "reviveGoneOrders",
    `with back as (
       update order_queue q
          set due_at = $2, failures = case o.dead_reason when 'GONE' then 0 else q.failures end
         from orders o
        where o.id = q.order_id and q.service_key = $1 and q.due_at = 'infinity'
       returning q.order_id, q.failures, q.polls
     )
     update orders o set state = case when b.polls > 0 then 'ACCEPTED' else 'QUEUED' end, dead_reason = null
       from back b where o.id = b.order_id and b.failures = 0`,
    [service, tx.now],
  );
}
