import type { Reader } from "../../platform/database/sql";
import type { Answer, AskedOrder } from "../../protocol";

/** An order of an examination under way. */
export interface ExaminedOrder {
  readonly service: string;
  readonly asked: AskedOrder;
  readonly permitAskedAt: Date | null;
  readonly answer: Answer | null;
}

export async function findExaminedOrder(reader: Reader, id: string): Promise<ExaminedOrder | undefined> {
  const [order] = await reader.query<ExaminedOrder>(
    "findExaminedOrder",
    `select x.service_key as service, o.asked, o.permit_asked_at as "permitAskedAt", o.answer
       from examined_orders o join examinations x on x.id = o.examination_id where o.id = $1`,
    [id],
  );
  return order;
}

/** Numbers of a service's datasets in use, by namespace and name. */
export async function listDatasetNumbers(reader: Reader, service: string): Promise<number[]> {
  const rows = await reader.query<{ id: number }>(
    "listDatasetNumbers",
    "select d.id from datasets d where d.service_key = $1 and d.retired_at is null order by d.namespace, d.name",
    [service],
  );
  return rows.map((row) => row.id);
}
