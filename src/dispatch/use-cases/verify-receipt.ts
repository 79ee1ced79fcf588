import { findServices } from "../../catalog";
import type { Deps } from "../../platform/deps";
import { type ReceivedHeaders, type Verification, verifyMessage } from "../../protocol";
import { verifyingKeys } from "../outbound/verifying-keys";

/** A receipt as it came in. */
export interface RecordReceipt {
  readonly orderId: string;
  readonly headers: ReceivedHeaders;
  readonly body: Buffer;
}

/** Whether one of these services signed the receipt, with a key that is its own now. */
export async function verifyReceipt(deps: Deps, services: readonly string[], { headers, body }: RecordReceipt): Promise<Verification> {
  const endpoints = await findServices(deps.db, services);
  return verifyMessage(headers, body, verifyingKeys([...endpoints.values()].flatMap((endpoint) => endpoint.publicKeys)), deps.clock.now());
}
