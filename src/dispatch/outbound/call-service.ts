import type { Clock } from "../../platform/clock";
import type { Outbound } from "../../platform/outbound/outbound";
import { OutboundFailure } from "../../platform/outbound/outbound-failure";
import { MAX_ANSWER_BYTES, type Order, type SigningKey, signMessage, type VerifyingKey } from "../../protocol";
import type { Verdict } from "../verdict-model";
import { failed, judgeResponse } from "./judge-response";

/** An order, ready to go. */
export interface Letter {
  readonly order: Order;
  /** Null where the service has lost its endpoint since the order was given: nobody can be reached. */
  readonly url: string | null;
  readonly timeoutMs: number;
  /** Each of them signs, so that a service that knows only one of them still understands. */
  readonly signingKeys: readonly SigningKey[];
  /** The service's own. */
  readonly publicKeys: readonly VerifyingKey[];
}

/** Signs and posts an order, and judges what comes back. Never throws for what a service or the network does. */
export async function callService(outbound: Outbound, clock: Clock, letter: Letter): Promise<Verdict> {
  const { order, url, timeoutMs } = letter;
  if (url === null) return failed("NETWORK");
  const body = JSON.stringify(order);
  const headers = { "content-type": "application/json", ...signMessage(order.orderId, clock.now(), body, letter.signingKeys) };
  try {
    const response = await outbound.post(url, { headers, body, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
    return judgeResponse(order, response, letter.publicKeys, clock.now());
  } catch (error) {
    if (error instanceof OutboundFailure) return failed(errorOf(error));
    throw error;
  }
}

function errorOf({ code }: OutboundFailure): "TIMEOUT" | "NETWORK" | "MALFORMED" {
  if (code === "TOO_LARGE") return "MALFORMED";
  return code === "TIMEOUT" ? "TIMEOUT" : "NETWORK";
}
