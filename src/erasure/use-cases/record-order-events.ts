import type { OrderEvent, OrderOwner, OrderState } from "../../dispatch";
import type { Tx } from "../../platform/database/sql";
import type { TaskState } from "../model";
import type { AttemptChange } from "../storage/task-store";
import { recordEraseAttempts, recordRecall, recordVerifyAttempts } from "../storage/task-store";
import { recordPlanningAttempts } from "../storage/planning-order-store";
import type { ErasureRequest } from "../storage/erasure-queries";
import { lockRequests, wakeRequests } from "../storage/request-store";
import { type AnsweredEvent, answeredDatasets } from "./answered-datasets";
import { recordDiscovery } from "./record-discovery";
import { recordDeadErasure, recordErasure } from "./record-erasure";
import { recordVerification } from "./record-verification";
import { renderErasureOrders } from "./render-orders";

type Step = "DISCOVER" | "CONFIRM" | "VERIFY_BEFORE" | "ERASE" | "VERIFY_AFTER" | "RECALL";

const stepOf = ({ order }: OrderEvent): Step => (order.kind === "recall" ? "RECALL" : (order.details.step as Step));

/** Erasure's side of the delivery: what its orders say, and what becomes of their answers. */
export const erasureOrders: OrderOwner = { name: "erasure", renderOrders: renderErasureOrders, recordEvents: recordErasureOrderEvents };

/**
 * Takes what delivery reports of our orders, inside delivery's transaction. Requests are locked in id order first; then the plain
 * progress is written in two statements for all, then each answer by itself, and the requests are woken.
 */
async function recordErasureOrderEvents(tx: Tx, events: readonly OrderEvent[]): Promise<void> {
  const requests = new Map((await lockRequests(tx, [...new Set(events.map((event) => event.order.ownerRef))])).map((request) => [request.id, request]));
  await recordProgress(tx, events);
  for (const event of events) {
    const request = requests.get(event.order.ownerRef);
    if (request === undefined) throw new Error(`order ${event.order.id} belongs to no erasure request`);
    if (event.type === "ANSWERED") await recordAnswer(tx, request, event);
    if ((event.type === "DEAD" || event.type === "WITHDRAWN") && stepOf(event) === "ERASE") await recordDeadErasure(tx, request, event.order.id, errorOf(event));
  }
  const moved = events.filter((event) => event.type !== "CLAIMED").map((event) => event.order.ownerRef);
  if (moved.length > 0) await wakeRequests(tx, [...new Set(moved)], tx.now);
}

async function recordProgress(tx: Tx, events: readonly OrderEvent[]): Promise<void> {
  const planning = events.filter(isTried);
  if (planning.length > 0) await recordPlanningAttempts(tx, planning.map((event) => ({ orderId: event.order.id, concluded: CONCLUDED[event.type] ?? null })));
  const erase = events.filter((event) => stepOf(event) === "ERASE" && event.type !== "ANSWERED");
  if (erase.length > 0) await recordEraseAttempts(tx, erase.map(toEraseAttempt));
  const verify = events.filter((event) => stepOf(event) === "VERIFY_AFTER" && event.type !== "ANSWERED" && event.type !== "ACCEPTED");
  if (verify.length > 0) await recordVerifyAttempts(tx, verify.map(toVerifyAttempt));
}

const CONCLUDED: Partial<Record<OrderEvent["type"], "ANSWERED" | "DEAD">> = { ANSWERED: "ANSWERED", DEAD: "DEAD", WITHDRAWN: "DEAD" };

/** A planning order has been tried when an attempt came back; a discovery that was only accepted is still on its way. */
function isTried(event: OrderEvent): boolean {
  if (event.type === "CLAIMED") return false;
  const step = stepOf(event);
  return step === "VERIFY_BEFORE" || ((step === "DISCOVER" || step === "CONFIRM") && event.type !== "ACCEPTED");
}

const TASK_STATE: Partial<Record<OrderState, TaskState>> = { QUEUED: "READY", IN_FLIGHT: "IN_FLIGHT", ACCEPTED: "ACCEPTED", DEAD: "DEAD_LETTER", WITHDRAWN: "DEAD_LETTER" };

/** A task follows its erase order; an accepted or dead order keeps its state while it is asked again. */
function toEraseAttempt(event: OrderEvent): AttemptChange {
  return { orderId: event.order.id, attempts: event.order.attempt, state: TASK_STATE[event.order.state] ?? "READY", error: errorOf(event) };
}

function toVerifyAttempt(event: OrderEvent): Omit<AttemptChange, "attempts"> {
  return { orderId: event.order.id, state: TASK_STATE[event.order.state] === "DEAD_LETTER" ? "DEAD_LETTER" : "VERIFYING", error: errorOf(event) };
}

/** An order is withdrawn at claim because the person has no identifier left by which the dataset can be asked. */
function errorOf(event: OrderEvent): string | null {
  if (event.type === "WITHDRAWN") return "NO_IDENTIFIER";
  return event.type === "FAILED_ATTEMPT" || event.type === "DEAD" ? event.error : null;
}

async function recordAnswer(tx: Tx, request: ErasureRequest, event: AnsweredEvent): Promise<void> {
  switch (stepOf(event)) {
    case "DISCOVER":
    case "CONFIRM":
      return recordDiscovery(tx, request, event);
    case "VERIFY_BEFORE":
    case "VERIFY_AFTER":
      return recordVerification(tx, request, event);
    case "ERASE":
      return recordErasure(tx, request, event);
    case "RECALL":
      return recordRecallAnswer(tx, event);
  }
}

async function recordRecallAnswer(tx: Tx, event: AnsweredEvent): Promise<void> {
  for (const [datasetId, parts] of await answeredDatasets(tx, event)) {
    const done = parts.some((part) => part.outcome !== "RECALLED") ? "ALREADY_DONE" : "RECALLED";
    await recordRecall(tx, event.order.recallOf as string, datasetId, done);
  }
}
