import { findDatasets } from "../../catalog";
import type { OrderEvent } from "../../dispatch";
import type { Reader } from "../../platform/database/sql";

export type AnsweredEvent = Extract<OrderEvent, { type: "ANSWERED" }>;
export type AnsweredPart = AnsweredEvent["answer"]["results"][number]["parts"][number];

/** The parts of an answer by dataset id. Delivery has already made sure that every dataset asked is answered, and no other. */
export async function answeredDatasets(reader: Reader, { order, answer }: AnsweredEvent): Promise<Map<number, readonly AnsweredPart[]>> {
  const datasets = await findDatasets(reader, order.datasets);
  const idOf = new Map([...datasets.values()].map((dataset) => [keyOf(dataset), dataset.id]));
  return new Map(
    answer.results.map((result) => {
      const id = idOf.get(keyOf(result));
      if (id === undefined) throw new Error(`the answer to order ${order.id} names a dataset that was not asked for`);
      return [id, result.parts];
    }),
  );
}

const keyOf = ({ namespace, name }: { namespace: string; name: string }): string => `${namespace}\u0000${name}`;
