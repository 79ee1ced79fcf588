import { datasetKey, OUTCOMES, type AskedOrder, type DatasetName, type Order, type OrderKind } from "../protocol";
import { answerFrom, collect, isAccepted, type DatasetReply } from "./findings";
import { contextOf, type Handler } from "./handlers";
import type { KnownOrder } from "./order-store";
import { done, unsupported } from "./outcomes";
import { OrderRefused } from "./refusals";
import type { Settings } from "./settings";

/**
 * Answers an order once: a repetition gets what is remembered, and the handlers are not asked again.
 * Refuses an id that was used for another order (CONFLICT).
 */
export function answerOrder<Tx>(settings: Settings<Tx>, order: Order): Promise<KnownOrder> {
  return settings.store.transact(order.orderId, async (slot) => {
    const known = repeated(slot.known, order) ?? (await askHandlers(settings, order, slot.tx));
    if (tellsIdentifiers(known)) await slot.keep(undefined);
    else if (!slot.known) await slot.keep(known);
    return known;
  });
}

/** Identifiers do not outlive the answer that tells them: once handed over it is forgotten, and finding them again changes nothing. */
export const tellsIdentifiers = (known: KnownOrder): boolean => known.state === "ANSWERED" && known.answer.identities !== undefined;

/** What is remembered under the order's id, provided that it is this order. */
export function repeated(known: KnownOrder | undefined, order: Order): KnownOrder | undefined {
  const asked = ({ kind, dryRun, datasets }: AskedOrder): string => JSON.stringify([kind, dryRun, datasets.map(datasetKey)]);
  if (known && known.state !== "RECALLED" && asked(known.order) !== asked(order)) throw new OrderRefused("CONFLICT");
  return known;
}

/** One dataset after the other. All answered: the answer; any accepted: the order is accepted. */
async function askHandlers<Tx>(settings: Settings<Tx>, order: Order, tx: Tx): Promise<KnownOrder> {
  const { orderId, kind, dryRun, datasets, status_callback_urls } = order;
  // An order for nothing could only be answered by saying nothing.
  if (datasets.length === 0 && kind !== "check") throw new OrderRefused("UNSUPPORTED");
  // Looked up before the first effect, so that a refusal leaves nothing done.
  const work = datasets.map((dataset) => ({ dataset, handler: handlerFor(settings, kind, dataset) }));
  const replies: DatasetReply[] = [];
  for (const { dataset, handler } of work) {
    const reply = await handler(contextOf(order, dataset, tx));
    if (!isAccepted(reply)) replies.push({ ...dataset, reply });
  }
  const findings = collect(replies);
  // Checked also where more is to come: a handler's mistake must show now, not when the rest arrives.
  const answer = answerFrom({ orderId, kind, dryRun, datasets: replies }, findings, settings.clock.now());
  const remembered = { orderId, kind, dryRun, datasets, status_callback_urls };
  if (replies.length < datasets.length) return { state: "ACCEPTED", order: remembered, findings };
  return { state: "ANSWERED", order: remembered, answer };
}

function handlerFor<Tx>(settings: Settings<Tx>, kind: OrderKind, dataset: DatasetName): Handler<OrderKind, Tx> {
  const handlers = settings.handlers.get(datasetKey(dataset));
  const handler = kind === "check" ? handlers && (() => done(0)) : handlers?.[kind];
  if (handler) return handler;
  if ((OUTCOMES[kind] as readonly string[]).includes("UNSUPPORTED")) return unsupported;
  // FOUND and NOT_FOUND would both be lies.
  throw new OrderRefused("UNSUPPORTED");
}
