import { Counter } from "prom-client";
import { createDropAuditEntriesJob } from "../audit/jobs/drop-audit-entries-job";
import { createPublishCheckpointsJob } from "../audit/jobs/publish-checkpoints-job";
import { createRequestCosignaturesJob } from "../audit/jobs/request-cosignatures-job";
import { createSequenceEntriesJob } from "../audit/jobs/sequence-entries-job";
import { parseWitnesses } from "../audit/witness-model";
import { createRecordCoverageJob } from "../catalog/jobs/record-coverage-job";
import { createReportAccessFindingsJob } from "../catalog/jobs/report-access-findings-job";
import { createSweepFindingsJob } from "../catalog/jobs/sweep-findings-job";
import { createDispatcher } from "../dispatch";
import { createAdvanceRequestsJob, createAttachCertificateProofsJob } from "../erasure";
import { createCloseIngestMinutesJob } from "../lineage/jobs/close-ingest-minutes-job";
import { createMarkCustodyJob } from "../lineage/jobs/mark-custody-job";
import { createReportUndeclaredUsesJob } from "../lineage/jobs/report-undeclared-uses-job";
import type { Deps } from "../platform/deps";
import type { Metrics } from "../platform/http/metrics";
import { createOutbound } from "../platform/outbound/outbound";
import { ORDER_OWNERS } from "./order-owners";
import { repeating, type Worker } from "./roles";

const SEQUENCE_EVERY_MS = 100;
const PUBLISH_EVERY_MS = 1000;
const COSIGN_EVERY_MS = 500;
const DROP_EVERY_MS = 2000;
const ADVANCE_EVERY_MS = 250;
const PROVE_CERTIFICATES_EVERY_MS = 500;
const SWEEP_EVERY_MS = 1000;
const COVERAGE_EVERY_MS = 1000;
const ACCESS_FINDINGS_EVERY_MS = 2000;
const CLOSE_INGEST_EVERY_MS = 2000;
const LINEAGE_EVERY_MS = 2000;

/** What works in the background, room by room: a new room adds its units here. */
export function createWorkers(deps: Deps, metrics: Metrics): Worker[] {
  const outbound = createOutbound({ allow: deps.config.outboundAllow });
  const calls = new Counter({
    name: "cadastre_order_calls_total",
    help: "Calls to services, by kind of order and what came of them.",
    labelNames: ["kind", "outcome"],
    registers: [metrics.registry],
  });
  const countCall = (kind: string, outcome: string): void => calls.inc({ kind, outcome });
  const dispatcher = createDispatcher(deps, { outbound, owners: ORDER_OWNERS, countCall });
  const cosignatures = new Counter({
    name: "cadastre_cosignature_requests_total",
    help: "Checkpoints that witnesses were asked to cosign, by witness and what came of it.",
    labelNames: ["witness", "outcome"],
    registers: [metrics.registry],
  });
  const countCosignature = (witness: string, outcome: string): void => cosignatures.inc({ witness, outcome });
  const surroundings = { log: deps.log, count: metrics.countRun.bind(metrics) };
  const cosigners = parseWitnesses(deps.config.witnesses).map((witness) =>
    repeating(createRequestCosignaturesJob(deps, witness, { outbound, count: countCosignature }), COSIGN_EVERY_MS, surroundings),
  );
  return [
    {
      name: dispatcher.name,
      start: () => dispatcher.start(),
      stop: async () => {
        await Promise.all([dispatcher.stop(), ...cosigners.map((cosigner) => cosigner.stop())]);
        await outbound.close();
      },
    },
    repeating(createSequenceEntriesJob(deps), SEQUENCE_EVERY_MS, surroundings),
    repeating(createPublishCheckpointsJob(deps), PUBLISH_EVERY_MS, surroundings),
    ...cosigners,
    repeating(createDropAuditEntriesJob(deps), DROP_EVERY_MS, surroundings),
    repeating(createSweepFindingsJob(deps), SWEEP_EVERY_MS, surroundings),
    repeating(createRecordCoverageJob(deps), COVERAGE_EVERY_MS, surroundings),
    repeating(createReportAccessFindingsJob(deps), ACCESS_FINDINGS_EVERY_MS, surroundings),
    repeating(createCloseIngestMinutesJob(deps), CLOSE_INGEST_EVERY_MS, surroundings),
    repeating(createMarkCustodyJob(deps), LINEAGE_EVERY_MS, surroundings),
    repeating(createReportUndeclaredUsesJob(deps), LINEAGE_EVERY_MS, surroundings),
    repeating(createAdvanceRequestsJob(deps), ADVANCE_EVERY_MS, surroundings),
    repeating(createAttachCertificateProofsJob(deps), PROVE_CERTIFICATES_EVERY_MS, surroundings),
  ];
}
