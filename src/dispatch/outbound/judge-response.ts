import { createHash } from "node:crypto";
import type { OutboundResponse } from "../../platform/outbound/exchange";
import { type AskedOrder, checkAnswer, type VerifyingKey, verifyMessage } from "../../protocol";
import type { DeliveryError } from "../model";
import { retryAfter } from "../schedule-model";
import type { Evidence, Verdict } from "../verdict-model";

const FINAL = new Set([200, 451]);
const ACCEPTED = 202;
const HONOURED = new Set([429, 503]);

/**
 * What a service's response comes to. Only 200 or 451 with a complete answer, signed by the service (v1a) for this very order, is final;
 * the first fault in the order of `DeliveryError` is named.
 */
export function judgeResponse(asked: AskedOrder, response: OutboundResponse, keys: readonly VerifyingKey[], now: Date): Verdict {
  const { status, headers, body } = response;
  if (status === ACCEPTED) return { type: "ACCEPTED" };
  if (!FINAL.has(status)) {
    return { type: "FAILED", error: `HTTP_${status}`, retryAfter: HONOURED.has(status) ? retryAfter(headers["retry-after"], now) : null };
  }
  if (body.length === 0) return failed("EMPTY");
  const signed = verifyMessage(headers, body, keys, now);
  if (signed.fault === "UNSIGNED") return failed("UNSIGNED");
  if (signed.fault !== undefined || signed.id !== asked.orderId) return failed("BAD_SIGNATURE");
  const checked = checkAnswer(asked, body);
  if (checked.fault !== undefined) return failed(checked.fault);
  return { type: "ANSWERED", answer: checked.answer, evidence: evidenceOf(headers, body, checked.answer.identities !== undefined) };
}

/** What is kept of a verified answer. */
export function evidenceOf(headers: Readonly<Record<string, unknown>>, body: Buffer, carriesIdentities: boolean): Evidence {
  return {
    webhookTimestamp: Number(headers["webhook-timestamp"]),
    signature: String(headers["webhook-signature"]),
    bodySha256: createHash("sha256").update(body).digest(),
    body: carriesIdentities ? null : body,
  };
}

export const failed = (error: DeliveryError): Verdict => ({ type: "FAILED", error, retryAfter: null });
