import { badInput } from "../platform/errors";
import type { Answer, Order, OrderKind } from "../protocol";

/**
 *               claim                202
 *     QUEUED ──────────▶ IN_FLIGHT ──────▶ ACCEPTED        A final answer ends any of them: ANSWERED.
 *      ▲  ▲ ◀─ failure ──────┘  │            │  │          The ninth failure in a row, or 410: DEAD, and tried daily.
 *      │  └──── replay ── DEAD ◀┴─ ninth ────┘  │
 *      ▼                    │                   ▼
 *   SUSPENDED ──────────────┴──▶ WITHDRAWN   RECALLED      Suspended orders keep their id; withdrawn and recalled ones are over.
 *
 * ACCEPTED and DEAD orders keep their state while they are asked again.
 */
export const ORDER_STATES = ["QUEUED", "IN_FLIGHT", "ACCEPTED", "ANSWERED", "DEAD", "SUSPENDED", "WITHDRAWN", "RECALLED"] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export type DeadReason = "NINE_FAILURES" | "GONE";
export type StopReason = "OPERATOR" | "GONE";

/** In order of precedence: the first that applies is the `lastError` of the attempt. */
export type DeliveryError =
  | "TIMEOUT" | "NETWORK" | `HTTP_${number}` | "EMPTY" | "UNSIGNED" | "BAD_SIGNATURE" | "MALFORMED" | "DATASET_MISSING" | "DATASET_EXTRA";

/** An instruction to one service, on behalf of a room above. */
export interface NewOrder {
  /** Name of the room whose `OrderOwner` renders it and hears of it. */
  readonly owner: string;
  /** UUID of the owner's object. */
  readonly ownerRef: string;
  /** Key of the service. */
  readonly service: string;
  readonly kind: OrderKind;
  /** Ids of the catalog's datasets, all of this service. */
  readonly datasets: readonly number[];
  readonly dryRun?: boolean;
  /** A code for the service, such as `reapply`. */
  readonly reason?: string;
  /** The owner's own notes; never personal data. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The deadline shown to the service. */
  readonly due: Date | null;
  /** Not before; at once if left out. */
  readonly sendAt?: Date;
  /** The order that a `recall` takes back. */
  readonly recallOf?: string;
}

/** An order as its owner sees it. It names nobody: who is meant is rendered at each claim. */
export interface OrderRecord {
  readonly id: string;
  readonly owner: string;
  readonly ownerRef: string;
  readonly service: string;
  readonly kind: OrderKind;
  readonly datasets: readonly number[];
  readonly dryRun: boolean;
  readonly reason: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly due: Date | null;
  /** Of an event: after it. */
  readonly state: OrderState;
  /** How often it has been claimed. */
  readonly attempt: number;
  readonly createdAt: Date;
  readonly recallOf: string | null;
}

/** What only the owner knows of an order. It exists between claim and call, in memory. */
export interface OrderContent
  extends Partial<Pick<Order, "regulation" | "subject_request_id" | "subject_request_type" | "submitted_time" | "collected_before">> {
  readonly identities: Order["subject_identities"];
  readonly extra?: Partial<
    Pick<Order, "excluded_identities" | "cutoff" | "phase" | "start_field" | "alignment" | "limit" | "rule" | "hold_id" | "retention_refs">
  >;
}

/**
 * What became of an order; one event per order and attempt, or receipt. The ninth failure in a row is DEAD and not FAILED_ATTEMPT as well;
 * later failures are FAILED_ATTEMPT again, of an order that stays DEAD (`order.state`).
 */
export type OrderEvent = { readonly order: OrderRecord; readonly at: Date } & (
  | { readonly type: "CLAIMED" }
  | { readonly type: "ACCEPTED" }
  | { readonly type: "ANSWERED"; readonly answer: Answer }
  | { readonly type: "FAILED_ATTEMPT"; readonly error: DeliveryError; readonly attempt: number }
  | { readonly type: "DEAD"; readonly error: DeliveryError; readonly reason: DeadReason }
  /** The owner had nothing to say at claim: the order has ended unsent. */
  | { readonly type: "WITHDRAWN" }
);

/** Why a request is refused, cancelled or waived, or a service stopped: the denials of the Data Rights Protocol. */
const DENIAL_CODES = [
  "suspected_fraud", "insuf_verification", "no_match", "claim_not_covered", "outside_jurisdiction", "too_many_requests", "other",
] as const;

/** Refuses (BAD_USER_INPUT) any other code. */
export function checkDenialCode(code: string): void {
  if (!(DENIAL_CODES as readonly string[]).includes(code)) throw badInput(`code: expected one of ${DENIAL_CODES.join(", ")}`);
}
