import { signMessage, type Order } from "../protocol";
import { answerOrder, tellsIdentifiers } from "./answer-order";
import { askPermit, type Permit } from "./ask-permit";
import { answerFrom, collect, type DatasetReply } from "./findings";
import type { KnownOrder, OrderStore } from "./order-store";
import { postReceipt } from "./post-receipt";
import { recallOrder } from "./recall-order";
import { receiveOrder, type IncomingRequest } from "./receive-order";
import { OrderRefused } from "./refusals";
import { readSettings, type ParticipantOptions, type Settings } from "./settings";

export interface OutgoingResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service's side of the protocol. Mount it with `toNodeHandler`, `toExpress` or `toFastifyPlugin`. */
export class Participant<Tx = undefined> {
  private readonly settings: Settings<Tx>;

  /** Throws on options that are wrong. */
  constructor(options: ParticipantOptions<Tx>) {
    this.settings = readSettings(options);
  }

  /**
   * Answers one request: 200 with a signed answer, 202 where the order was accepted, otherwise `{code, id?}`.
   * A handler that throws, or returns what is no outcome, makes it 500, so that the order comes again.
   */
  async handle(request: IncomingRequest): Promise<OutgoingResponse> {
    let order: Order | undefined;
    try {
      order = await receiveOrder(this.settings, request);
      const known = order.kind === "recall" ? await recallOrder(this.settings, order) : await answerOrder(this.settings, order);
      return this.respond(order, known);
    } catch (error) {
      if (error instanceof OrderRefused) return refusal(error, order);
      this.settings.onError(error, order && { orderId: order.orderId, kind: order.kind });
      return refusal(new OrderRefused("INTERNAL"), order);
    }
  }

  /**
   * Tells the outcome of an accepted order, for every dataset whose handler returned `accepted()`: signs the receipt and posts it until
   * it is taken. Given a function, runs it in the order store's transaction, once, and not at all for an order that was recalled:
   * the safest place for the delayed effect. May be repeated until it succeeds. Throws ReceiptNotTaken if Cadastre does not take
   * the receipt; the answer is kept all the same, and given when Cadastre asks.
   */
  async complete(orderId: string, outcome: Completion<Tx>): Promise<"ANSWERED" | "RECALLED"> {
    const { store, clock } = this.settings;
    const known = await store.transact(orderId, async (slot): Promise<KnownOrder> => {
      if (!slot.known) throw new Error(`Order ${orderId} is not known here: it was never accepted, or its answer was handed over`);
      if (slot.known.state !== "ACCEPTED") return slot.known;
      const { order, findings } = slot.known;
      const replies = typeof outcome === "function" ? await outcome(slot.tx) : outcome;
      const answered = { state: "ANSWERED" as const, order, answer: answerFrom(order, collect(replies, findings), clock.now()) };
      await slot.keep(answered);
      return answered;
    });
    if (known.state !== "ANSWERED") return "RECALLED";
    await postReceipt(this.settings, known.answer, known.order.status_callback_urls);
    if (tellsIdentifiers(known)) await store.transact(orderId, (slot) => slot.keep(undefined));
    return "ANSWERED";
  }

  /** Asks, right before a delayed effect, whether it may still take place. */
  permit(orderId: string): Promise<Permit> {
    return askPermit(this.settings, orderId);
  }

  private respond({ orderId }: Order, known: KnownOrder): OutgoingResponse {
    if (known.state === "RECALLED") throw new OrderRefused("RECALLED");
    if (known.state === "ACCEPTED") return json(202, { code: "ACCEPTED", id: orderId });
    const body = JSON.stringify(known.answer);
    const { clock, signingKeys } = this.settings;
    return { status: 200, headers: { ...JSON_BODY, ...signMessage(orderId, clock.now(), body, signingKeys) }, body };
  }
}

export type Completion<Tx> = readonly DatasetReply[] | ((tx: Tx) => readonly DatasetReply[] | Promise<readonly DatasetReply[]>);

export function createParticipant(options: ParticipantOptions<undefined>): Participant<undefined>;
export function createParticipant<Tx>(options: ParticipantOptions<Tx> & { readonly store: OrderStore<Tx> }): Participant<Tx>;
export function createParticipant<Tx>(options: ParticipantOptions<Tx>): Participant<Tx> {
  return new Participant(options);
}

const JSON_BODY = { "content-type": "application/json" };

const json = (status: number, body: object): OutgoingResponse => ({ status, headers: JSON_BODY, body: JSON.stringify(body) });

function refusal({ status, code }: OrderRefused, order: Order | undefined): OutgoingResponse {
  const response = json(status, { code, id: order?.orderId });
  return code === "METHOD_NOT_ALLOWED" ? { ...response, headers: { ...response.headers, allow: "POST" } } : response;
}
