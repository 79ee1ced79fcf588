import type { CatalogDataset } from "../../catalog";
import { checkConformance, type ConformanceOptions, type ConformanceReport, type ExaminationDoors } from "../../participant";
import type { Tx } from "../../platform/database/sql";
import type { Deps } from "../../platform/deps";
import { conflict, preconditionFailed } from "../../platform/errors";
import { createOutbound, type Outbound } from "../../platform/outbound/outbound";
import { OutboundFailure } from "../../platform/outbound/outbound-failure";
import { MAX_ANSWER_BYTES } from "../../protocol";
import type { ExaminedService } from "../endpoint-check-model";
import { signingKeys } from "../outbound/signing-keys";
import { findExaminedOrder } from "../storage/examination-queries";
import { insertExaminedOrder, renewExamination } from "../storage/examination-store";

/** An examination under way, of the service as it was registered when it began. */
export interface Examination {
  readonly id: string;
  readonly service: ExaminedService;
  readonly datasets: readonly CatalogDataset[];
  readonly began: Date;
}

export interface ExaminationLimits {
  /** After this time no order is sent any more. Clients wait five minutes for an answer. */
  readonly limitMs?: number;
  readonly polling?: ConformanceOptions["polling"];
}

const LIMIT_MS = 240_000;
/** Longer than any one call may take. */
const LEASE_MS = LIMIT_MS + 60_000;

export const examinationLease = (now: Date): Date => new Date(now.getTime() + LEASE_MS);

/** Refuses (CONFLICT) an examination that another has replaced, (PRECONDITION_FAILED) one of a service that was stopped meanwhile. */
export async function requireExamination(tx: Tx, { id, service }: Examination): Promise<void> {
  const state = await renewExamination(tx, id, examinationLease(tx.now));
  if (state === "LOST") throw conflict("another examination of the service has begun, because this one took too long", service.id);
  if (state === "STOPPED") throw preconditionFailed("the service was stopped while it was examined", service.id);
}

/** Sends the orders of an examination, about made-up people only; no transaction is open while one is under way. */
export async function examineEndpoint(deps: Deps, examination: Examination, { limitMs = LIMIT_MS, polling }: ExaminationLimits): Promise<ConformanceReport> {
  const { service, datasets } = examination;
  const outbound = createOutbound({ allow: deps.config.outboundAllow });
  const line = new Line(deps, examination, outbound, performance.now() + limitMs);
  try {
    const report = await checkConformance({
      url: service.endpointUrl,
      orderKeys: signingKeys(deps.keyring, deps.clock.now()),
      serviceKeys: service.publicKeys,
      audience: service.id,
      datasets,
      kinds: service.kinds,
      clock: deps.clock,
      newId: () => deps.ids.uuid(),
      post: (url, request) => line.post(url, request),
      polling,
      doors: doorsOf(deps, examination),
    });
    if (line.broken !== undefined) throw line.broken;
    return report;
  } finally {
    await outbound.close();
  }
}

/** The way to the service. What a service does is the examination's matter; any other failure breaks the line for good. */
class Line {
  broken: Error | undefined;

  constructor(
    private readonly deps: Deps,
    private readonly examination: Examination,
    private readonly outbound: Outbound,
    private readonly endsAt: number,
  ) {}

  async post(url: string, request: { readonly headers: Record<string, string>; readonly body: string }) {
    try {
      if (this.broken !== undefined) throw this.broken;
      await this.deps.transaction((tx) => requireExamination(tx, this.examination));
      const leftMs = Math.round(this.endsAt - performance.now());
      if (leftMs <= 0) throw new OutboundFailure("TIMEOUT", "the examination had taken all its time before this order was sent");
      const timeoutMs = Math.min(this.examination.service.timeoutMs, leftMs);
      return await this.outbound.post(url, { ...request, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
    } catch (error) {
      if (!(error instanceof OutboundFailure)) this.broken ??= error as Error;
      throw error;
    }
  }
}

const doorsOf = (deps: Deps, { id }: Examination): ExaminationDoors => ({
  receiptUrl: (orderId) => `${deps.config.publicUrl}/orders/${orderId}/receipt`,
  open: ({ orderId, kind, dryRun, datasets }, permitted) =>
    deps.transaction((tx) => insertExaminedOrder(tx, id, { orderId, kind, dryRun, datasets }, permitted)),
  receiptOf: async (orderId) => (await findExaminedOrder(deps.db, orderId))?.answer ?? undefined,
  wasPermitAsked: async (orderId) => (await findExaminedOrder(deps.db, orderId))?.permitAskedAt != null,
});
