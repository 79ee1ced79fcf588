import { MAX_ORDER_BYTES, parseOrder, type Order, type ReceivedHeaders, type Verification } from "../protocol";
import { OrderRefused } from "./refusals";
import type { Settings } from "./settings";
import { KeysUnavailable } from "./trusted-keys";

/** One HTTP request, with the body exactly as it came over the wire: the signature covers its bytes. */
export interface IncomingRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: ReceivedHeaders;
  readonly body: Uint8Array;
}

/** Takes an order only if a trusted key signed it within five minutes of now, for this service; reads nothing before that. */
export async function receiveOrder<Tx>(settings: Settings<Tx>, request: IncomingRequest): Promise<Order> {
  if (request.method !== "POST") throw new OrderRefused("METHOD_NOT_ALLOWED");
  if (request.body.length > MAX_ORDER_BYTES) throw new OrderRefused("TOO_LARGE");
  const verified = await verify(settings, request);
  if (verified.fault) throw new OrderRefused(verified.fault);
  const parsed = parseOrder(request.body);
  if (parsed.fault || parsed.order.orderId !== verified.id) throw new OrderRefused("MALFORMED");
  if (parsed.order.audience !== settings.audience) throw new OrderRefused("WRONG_AUDIENCE");
  return parsed.order;
}

async function verify<Tx>({ trustedKeys, clock }: Settings<Tx>, { headers, body }: IncomingRequest): Promise<Verification> {
  try {
    return await trustedKeys.verify(headers, body, clock.now());
  } catch (error) {
    if (error instanceof KeysUnavailable) throw new OrderRefused("KEYS_UNAVAILABLE");
    throw error;
  }
}
