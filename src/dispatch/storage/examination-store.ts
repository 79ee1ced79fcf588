import type { Tx } from "../../platform/database/sql";
import type { Answer, AskedOrder } from "../../protocol";

/** Begins an examination of a service; false while another one is under way. One that died is cleared away. */
export async function insertExamination(tx: Tx, id: string, service: string, leaseUntil: Date): Promise<boolean> {
  await tx.execute("deleteDeadExamination", "delete from examinations where service_key = $1 and lease_until <= $2", [service, tx.now]);
  const inserted = await tx.execute(
    "insertExamination",
    "insert into examinations (service_key, id, lease_until) values ($1, $2, $3) on conflict (service_key) do nothing",
    [service, id, leaseUntil],
  );
  return inserted === 1;
}

/** Renews the lease of an examination, and locks it. LOST: another took its place. STOPPED: no orders may go to its service any more. */
export async function renewExamination(tx: Tx, id: string, leaseUntil: Date): Promise<"KEPT" | "LOST" | "STOPPED"> {
  const [row] = await tx.query<{ stopped: boolean }>(
    "renewExamination",
    `update examinations x set lease_until = $2 where x.id = $1
     returning exists (select from endpoints e where e.service_key = x.service_key and e.stopped_at is not null) as stopped`,
    [id, leaseUntil],
  );
  if (row === undefined) return "LOST";
  return row.stopped ? "STOPPED" : "KEPT";
}

/** Ends an examination; nothing of its orders is kept. */
export async function deleteExamination(tx: Tx, id: string): Promise<void> {
  await tx.execute("deleteExamination", "delete from examinations where id = $1", [id]);
}

export async function insertExaminedOrder(tx: Tx, examination: string, asked: AskedOrder, permitted: boolean): Promise<void> {
  await tx.execute(
    "insertExaminedOrder",
    `insert into examined_orders (id, examination_id, asked, permitted)
     select $2, x.id, $3, $4 from examinations x where x.id = $1 on conflict (id) do nothing`,
    [examination, asked.orderId, JSON.stringify(asked), permitted],
  );
}

/** Notes that a service asked for the permit of an order that examines it; undefined where it has no such order. */
export async function noteExaminedPermit(tx: Tx, orderId: string, service: string): Promise<{ permitted: boolean; first: boolean } | undefined> {
  const [row] = await tx.query<{ permitted: boolean; first: boolean }>(
    "noteExaminedPermit",
    `with before as (
       select o.id, o.permit_asked_at is null as first from examined_orders o join examinations x on x.id = o.examination_id
        where o.id = $1 and x.service_key = $2 for update of o
     )
     update examined_orders o set permit_asked_at = coalesce(o.permit_asked_at, $3) from before where o.id = before.id
     returning o.permitted, before.first`,
    [orderId, service, tx.now],
  );
  return row;
}

/** Keeps the answer of a receipt; false where one is there already. */
export async function recordExaminedAnswer(tx: Tx, orderId: string, answer: Answer): Promise<boolean> {
  const recorded = await tx.execute(
    "recordExaminedAnswer",
    "update examined_orders set answer = $2 where id = $1 and answer is null",
    [orderId, JSON.stringify(answer)],
  );
  return recorded === 1;
}
