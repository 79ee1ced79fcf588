import { setTimeout as wait } from "node:timers/promises";
import { signMessage, type Answer } from "../protocol";
import type { Settings } from "./settings";

/** Cadastre did not take the receipt. The answer is kept: post it again with `complete`, or wait until Cadastre asks for it. */
export class ReceiptNotTaken extends Error {
  override readonly name = "ReceiptNotTaken";
  constructor(readonly orderId: string, readonly reason: string) {
    super(`The receipt for order ${orderId} was not taken: ${reason}`);
  }
}

const POST_TIMEOUT_MS = 30_000;

/** Posts the answer until it is taken; gives up where trying again is of no use. Each attempt is signed anew, since signatures age. */
export async function postReceipt<Tx>(settings: Settings<Tx>, answer: Answer, callbackUrls: readonly string[]): Promise<void> {
  const url = callbackUrls[0] ?? (settings.cadastreUrl && `${settings.cadastreUrl}/orders/${answer.orderId}/receipt`);
  if (!url) throw new ReceiptNotTaken(answer.orderId, "the order named no callback, and cadastreUrl is not set");
  const { attempts, waitMs } = settings.receipts;
  for (let attempt = 1; ; attempt += 1) {
    const status = await post(settings, url, answer);
    if (typeof status === "number" && status >= 200 && status < 300) return;
    if (attempt === attempts || isFinal(status)) {
      throw new ReceiptNotTaken(answer.orderId, typeof status === "number" ? `HTTP ${status}` : status);
    }
    await wait(waitMs * 2 ** (attempt - 1));
  }
}

async function post<Tx>({ clock, signingKeys }: Settings<Tx>, url: string, answer: Answer): Promise<number | "no connection"> {
  const body = JSON.stringify(answer);
  const headers = { "content-type": "application/json", ...signMessage(answer.orderId, clock.now(), body, signingKeys) };
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "error", signal: AbortSignal.timeout(POST_TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return "no connection";
  }
}

const isFinal = (status: number | "no connection"): boolean =>
  typeof status === "number" && status >= 400 && status < 500 && status !== 408 && status !== 429;
