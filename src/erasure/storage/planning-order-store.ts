import type { Reader, Tx } from "../../platform/database/sql";

export type PlanningStep = "DISCOVER" | "CONFIRM" | "VERIFY_BEFORE";

/** An order whose answer the plan waits for. */
export interface PlanningOrder {
  readonly orderId: string;
  readonly step: PlanningStep;
  readonly serviceKey: string;
  readonly depth: number;
  /** At least one attempt came back. */
  readonly tried: boolean;
  readonly concluded: "ANSWERED" | "DEAD" | null;
}

export async function insertPlanningOrders(
  tx: Tx,
  requestId: string,
  orders: readonly Pick<PlanningOrder, "orderId" | "step" | "serviceKey" | "depth">[],
): Promise<void> {
  await tx.execute(
    "insertPlanningOrders",
    `insert into erasure_planning_orders (order_id, request_id, step, service_key, depth)
     select o."orderId", $1, o.step, o."serviceKey", o.depth
     from json_to_recordset($2::json) as o("orderId" uuid, step text, "serviceKey" text, depth int)`,
    [requestId, JSON.stringify(orders)],
  );
}

export async function findPlanningOrders(reader: Reader, requestId: string): Promise<PlanningOrder[]> {
  return reader.query<PlanningOrder>(
    "findPlanningOrders",
    `select order_id as "orderId", step, service_key as "serviceKey", depth, tried, concluded
     from erasure_planning_orders where request_id = $1 order by order_id`,
    [requestId],
  );
}

export async function recordPlanningAttempts(
  tx: Tx,
  orders: readonly { readonly orderId: string; readonly concluded: "ANSWERED" | "DEAD" | null }[],
): Promise<void> {
  await tx.execute(
    "recordPlanningAttempts",
    `update erasure_planning_orders o set tried = true, concluded = coalesce(c.concluded, o.concluded)
     from json_to_recordset($1::json) as c("orderId" uuid, concluded text) where o.order_id = c."orderId"`,
    [JSON.stringify(orders)],
  );
}
