import type { Tx } from "../../platform/database/sql";
import type { Answer } from "../../protocol";
import type { OrderRecord } from "../model";
import { finishOrders } from "../storage/attempt-store";
import { endRecalled, unmarkRecalled } from "../storage/recall-store";
import { insertReceipts } from "../storage/receipt-store";
import type { Evidence } from "../verdict-model";

export interface AnsweredOrder {
  readonly order: OrderRecord;
  readonly answer: Answer;
  readonly evidence: Evidence;
}

/** The end of orders by final answers that were checked: keeps the receipts, and settles the orders that answered recalls speak of. */
export async function finishAnswered(tx: Tx, answered: readonly AnsweredOrder[]): Promise<void> {
  if (answered.length === 0) return;
  await insertReceipts(tx, answered.map(({ order, evidence }) => ({ ...evidence, orderId: order.id })));
  await finishOrders(tx, answered.map(({ order }) => order.id), "ANSWERED");
  const recalls = answered.filter(({ order }) => order.kind === "recall");
  if (recalls.length === 0) return;
  const isDead = ({ answer }: AnsweredOrder): boolean => answer.results.some(({ parts }) => parts.some((part) => part.outcome === "RECALLED"));
  await endRecalled(tx, recalls.filter(isDead).map(recalledBy));
  await unmarkRecalled(tx, recalls.filter((recall) => !isDead(recall)).map(recalledBy));
}

const recalledBy = ({ order }: AnsweredOrder): string => order.recallOf as string;
