import { findDatasets } from "../../catalog";
import type { OrderEvent } from "../../dispatch";
import type { Reader } from "../../platform/database/sql";

export type AnsweredEvent = Extract<OrderEvent, { type: "ANSWERED" }>;
export type AnsweredPart = AnsweredEvent["answer"]["results"][number]["parts"][number];

/**
 * The parts of an answer by dataset id, for every dataset of the order. Delivery has already made sure of that; it is held again here,
 * because a dataset about which nothing was said must never pass for one in which nothing was found.
 */
export async function answeredDatasets(reader: Reader, { order, answer }: AnsweredEvent): Promise<Map<number, readonly AnsweredPart[]>> {
  const datasets = await findDatasets(reader, order.datasets);
  const idOf = new Map([...datasets.values()].map((dataset) => [keyOf(dataset), dataset.id]));
  const answered = new Map(
    answer.results.map((result) => {
      const id = idOf.get(keyOf(result));
      if (id === undefined) throw new Error(`the answer to order ${order.id} names a dataset that was not asked for`);
      return [id, result.parts];
    }),
  );
  if (!order.datasets.every((id) => answered.has(id))) throw new Error(`the answer to order ${order.id} says nothing of a dataset that was asked for`);
  return answered;
}

const keyOf = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}\u0000${name}`;
