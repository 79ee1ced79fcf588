import type { IdentityFormat, OrderKind, Regulation, SweepPhase } from "./kinds";

export interface DatasetName {
  readonly namespace: string;
  readonly name: string;
}

/** One identifier of the person; `identity_type` is the type that the datasets declare. Names are OpenDSR's. */
export interface Identity {
  readonly identity_type: string;
  readonly identity_value: string;
  readonly identity_format: IdentityFormat;
}

/** A signed instruction to one service. `webhook-id` is its `orderId`, the same on every attempt: the receiver's idempotency key. */
export interface Order {
  readonly orderId: string;
  readonly kind: OrderKind;
  /** 1 on the first delivery. */
  readonly attempt: number;
  /** `service:<key>`: URL and method are not signed, so the body says whom it is meant for. */
  readonly audience: string;
  /** This and `subject_request_*`: only where a person's request stands behind the order. */
  readonly regulation?: Regulation;
  readonly subject_request_id?: string;
  readonly subject_request_type?: string;
  readonly submitted_time: string;
  /** Until when an answer is needed. */
  readonly due?: string | null;
  /** Spare what was collected later: a returning customer's fresh data is not part of the request. */
  readonly collected_before?: string;
  /** Count, change nothing. */
  readonly dryRun: boolean;
  /** A code, such as `reapply`. */
  readonly reason?: string;
  readonly subject_identities: readonly Identity[];
  readonly datasets: readonly DatasetName[];
  /** People under a legal hold, whom a sweep must spare. */
  readonly excluded_identities?: readonly Identity[];
  /** sweep: records whose `start_field` (moved to the next 1 January under alignment END_OF_YEAR) lies before this instant. */
  readonly cutoff?: string;
  readonly phase?: SweepPhase;
  readonly start_field?: string;
  readonly alignment?: string;
  readonly limit?: number;
  readonly rule?: string;
  /** recall: the order that must not take effect any more. */
  readonly recall_of?: string;
  readonly hold_id?: string;
  /** References that an earlier RETAINED answer gave, now due. */
  readonly retention_refs?: readonly string[];
  readonly status_callback_urls: readonly string[];
}

/** The part of an order that its answer is held against. */
export type AskedOrder = Pick<Order, "orderId" | "kind" | "dryRun" | "datasets">;
