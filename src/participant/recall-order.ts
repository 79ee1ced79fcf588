import { datasetKey, type Answer, type DatasetName, type Order } from "../protocol";
import { repeated } from "./answer-order";
import { answerFrom, collect, isAccepted, type DatasetReply } from "./findings";
import { contextOf } from "./handlers";
import type { KnownOrder, OrderSlot } from "./order-store";
import { alreadyDone, recalled } from "./outcomes";
import { OrderRefused } from "./refusals";
import type { Settings } from "./settings";

/**
 * Takes an earlier order back. Answered before: ALREADY_DONE. Never seen: RECALLED, and it will not be obeyed should it still arrive.
 * Accepted: only the dataset's `recall` handler can know whether the effect has begun; without one the recall is refused and comes again.
 */
export async function recallOrder<Tx>(settings: Settings<Tx>, order: Order): Promise<KnownOrder> {
  const { orderId, kind, dryRun, datasets, status_callback_urls, recall_of } = order;
  if (recall_of === undefined) throw new OrderRefused("MALFORMED");
  const before = await settings.store.transact(orderId, async ({ known }) => repeated(known, order));
  if (before) return before;
  // Not nested: a store's transaction may hold a connection, and two at once could wait for each other.
  const answer = await settings.store.transact(recall_of, (slot) => takeBack(settings, order, slot));
  return settings.store.transact(orderId, async (slot) => {
    const known: KnownOrder = slot.known ?? { state: "ANSWERED", order: { orderId, kind, dryRun, datasets, status_callback_urls }, answer };
    if (!slot.known) await slot.keep(known);
    return known;
  });
}

async function takeBack<Tx>(settings: Settings<Tx>, order: Order, slot: OrderSlot<Tx>): Promise<Answer> {
  const now = settings.clock.now();
  if (slot.known?.state === "RECALLED") return answerFrom(order, slot.known.findings, now);
  const replies: DatasetReply[] = [];
  for (const dataset of order.datasets) replies.push({ ...dataset, reply: await takeBackOne(settings, order, dataset, slot) });
  const answer = answerFrom(order, collect(replies), now);
  const stopped = answer.results.some(({ parts }) => parts.some(({ outcome }) => outcome === "RECALLED"));
  if (stopped && !order.dryRun) await slot.keep({ state: "RECALLED", findings: { results: answer.results, identities: [] } });
  return answer;
}

async function takeBackOne<Tx>(
  settings: Settings<Tx>, order: Order, dataset: DatasetName, { known, tx }: OrderSlot<Tx>,
): Promise<DatasetReply["reply"]> {
  const handlers = settings.handlers.get(datasetKey(dataset));
  if (!handlers) throw new OrderRefused("UNSUPPORTED");
  if (known?.state === "ANSWERED" || isAnsweredIn(known, dataset)) return alreadyDone();
  if (handlers.recall) {
    const reply = await handlers.recall(contextOf(order, dataset, tx));
    if (isAccepted(reply)) throw new Error("A recall is answered at once");
    return reply;
  }
  if (known) throw new OrderRefused("UNSUPPORTED");
  return recalled();
}

/** Some datasets of an accepted order may have answered at once. */
function isAnsweredIn(known: KnownOrder | undefined, dataset: DatasetName): boolean {
  return known?.state === "ACCEPTED" && known.findings.results.some((result) => datasetKey(result) === datasetKey(dataset));
}
