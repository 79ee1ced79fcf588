import { appendAuditEntry } from "../../audit";
import { entityId, findServices, obligations, planQueries, type Service } from "../../catalog";
import { enqueueOrders, type NewOrder } from "../../dispatch";
import type { Tx } from "../../platform/database/sql";
import { listIdentifierTypes } from "../../subjects";
import { MAX_DISCOVERY_DEPTH } from "../discovery-model";
import { drawPlan, type PlannedGap, type PlannedTask } from "../plan-model";
import { findPlanningOrders, insertPlanningOrders, type PlanningStep } from "../storage/planning-order-store";
import type { ErasureRequest } from "../storage/erasure-queries";
import { transitionRequest } from "../storage/request-store";
import { findTasksByRequests } from "../storage/task-queries";
import { replacePlan } from "../storage/task-store";
import { findPlaces } from "./find-places";
import { SYSTEM } from "./system-actor";

interface Drawn {
  readonly tasks: readonly PlannedTask[];
  readonly gaps: readonly PlannedGap[];
  /** What the datasets of the plan embody, those that no order reaches among them. */
  readonly entityKeys: readonly string[];
  readonly endpoints: ReadonlyMap<string, Service>;
  /** Ids of the identifiers that may be sent, by type. */
  readonly trusted: readonly { readonly id: string; readonly type: string }[];
}

/** What the plan of this request is by everything known at this moment. Writes nothing. */
export async function drawErasurePlan(tx: Tx, pid: string): Promise<Drawn> {
  const trusted = (await listIdentifierTypes(tx, pid)).filter((identifier) => identifier.status !== "QUARANTINED");
  const types = new Set(trusted.map((identifier) => identifier.type));
  const { candidates, truncated, entityKeys } = await findPlaces(tx, [...types]);
  const endpoints = await findServices(tx, [...new Set(candidates.flatMap(({ serviceKey }) => serviceKey ?? []))]);
  const { tasks, gaps } = drawPlan(candidates, endpoints, types);
  const recipients = await planQueries.findRecipients(tx, entityKeys);
  const untold = [...new Set(recipients.map((recipient) => entityId(recipient.entityKey)))].map(
    (place): PlannedGap => ({ place, reason: "KIND_NOT_TAKEN", path: [place] }),
  );
  return { tasks, gaps: [...gaps, ...truncated, ...untold], entityKeys, endpoints, trusted };
}

/**
 * Draws the plan and asks with every identifier that is new since the last plan: `discover` and the first `verify`.
 * Answers whether anything new is asked for, which voids an approval. Only before release; the request is locked.
 * Writes: tasks, gaps, obligations, planning orders, the request (PLANNED), one audit entry.
 */
export async function planErasure(tx: Tx, request: ErasureRequest): Promise<boolean> {
  const plan = await drawErasurePlan(tx, request.pid);
  const planned = new Set(request.plannedIdentifiers);
  const newTypes = new Set(plan.trusted.filter((identifier) => !planned.has(identifier.id)).map((identifier) => identifier.type));
  const former = new Map((await findTasksByRequests(tx, [request.id])).map((task) => [task.datasetId, task.serviceKey]));
  const asked = plan.tasks.filter((task) => former.get(task.datasetId) !== task.serviceKey || task.identifierTypes.some((type) => newTypes.has(type)));
  await replacePlan(tx, request.id, plan.tasks, plan.gaps);
  await obligations.open(tx, { ...obligationOf(request), entityKeys: plan.entityKeys });
  if (request.planVersion > 0 && asked.length === 0 && !request.replan) return false;

  const depth = Math.max(0, ...(await findPlanningOrders(tx, request.id)).map((order) => order.depth)) + 1;
  if (depth <= MAX_DISCOVERY_DEPTH) await ask(tx, request, asked, plan.endpoints, "DISCOVER", depth);
  await ask(tx, request, asked, plan.endpoints, "VERIFY_BEFORE", 0);
  await transitionRequest(tx, request.id, {
    state: "PLANNED",
    planVersion: request.planVersion + 1,
    plannedIdentifiers: plan.trusted.map((identifier) => identifier.id),
    replan: false,
    approvedBy: null,
    approvedAt: null,
    releasableAt: null,
    advanceAt: tx.now,
  });
  await appendAuditEntry(tx, { action: "erasure.plan-erasure", actor: SYSTEM, object: request.id, subjects: [request.pid] });
  return asked.length > 0;
}

/** What the owners of the plan's entities owe until the request ends. */
export const obligationOf = ({ id }: Pick<ErasureRequest, "id">) => ({ kind: "ERASURE", object: id });

/** One order per service that takes the kind, over all its datasets in question. */
async function ask(
  tx: Tx,
  request: ErasureRequest,
  tasks: readonly PlannedTask[],
  endpoints: ReadonlyMap<string, Service>,
  step: Exclude<PlanningStep, "CONFIRM">,
  depth: number,
): Promise<void> {
  const kind = step === "DISCOVER" ? "discover" : "verify";
  const byService = new Map<string, number[]>();
  for (const task of tasks) {
    if (endpoints.get(task.serviceKey)?.kinds.includes(kind)) {
      byService.set(task.serviceKey, [...(byService.get(task.serviceKey) ?? []), task.datasetId]);
    }
  }
  const orders = [...byService].map(
    ([service, datasets]): NewOrder => ({ owner: "erasure", ownerRef: request.id, service, kind, datasets, details: { step }, due: request.dueAt }),
  );
  const ids = await enqueueOrders(tx, orders);
  await insertPlanningOrders(tx, request.id, orders.map((order, at) => ({ orderId: ids[at] as string, step, serviceKey: order.service, depth })));
}
