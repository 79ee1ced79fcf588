import type { Answer } from "../protocol";
import type { DeliveryError } from "./model";

/** What proves a final answer. */
export interface Evidence {
  /** Of the signature, in unix seconds. */
  readonly webhookTimestamp: number;
  /** The `webhook-signature` header as it came. */
  readonly signature: string;
  readonly bodySha256: Buffer;
  /** The exact bytes; null where they carried identities. */
  readonly body: Buffer | null;
}

export interface Failure {
  readonly type: "FAILED";
  readonly error: DeliveryError;
  readonly retryAfter: Date | null;
}

/** What a call came to. */
export type Verdict = { readonly type: "ANSWERED"; readonly answer: Answer; readonly evidence: Evidence } | { readonly type: "ACCEPTED" } | Failure;

const GONE = 410;

/** The service says that it is not there any more. */
export const isGone = (failure: Failure): boolean => failure.error === `HTTP_${GONE}`;
