import { appendAuditEntry } from "../../audit";
import { type CatalogDataset, findDatasets, findServices, lockDefinitions, proofs, serviceKeyOf } from "../../catalog";
import type { ConformanceReport } from "../../participant";
import type { Deps } from "../../platform/deps";
import { conflict, notFound, preconditionFailed } from "../../platform/errors";
import { datasetKey } from "../../protocol";
import { type CheckResult, type EndpointCheck, type ExaminedService, isSameDataset, isStillExamined, unexaminable } from "../endpoint-check-model";
import { saveEndpointCheck } from "../storage/endpoint-check-store";
import { listDatasetNumbers } from "../storage/examination-queries";
import { deleteExamination, insertExamination } from "../storage/examination-store";
import { findStoppedServices } from "../storage/order-queries";
import { examineEndpoint, type Examination, type ExaminationLimits, examinationLease, requireExamination } from "./examine-endpoint";

export interface CheckEndpoint {
  /** Public id or key of the service. */
  readonly service: string;
  readonly actor: string;
}

/** Their names, twice over, must fit into an order and its answer (1 MiB each). */
const MOST_DATASETS = 200;

/**
 * Examines a service's endpoint with real signed orders about made-up people, and keeps what it found. Datasets whose verify handler proved
 * to be alive count as such from when the examination began; one that answered wrongly is no longer taken for alive.
 * Refuses (NOT_FOUND) an unknown service; (PRECONDITION_FAILED) one whose executor is not PARTICIPANT, that has no endpoint or no key, or
 * that is stopped, also meanwhile; (CONFLICT) while another examination of it is under way, and where its address or keys have changed
 * before the end: what was found is then of something that is no more.
 * Writes, after the last call: the report, dataset proofs, one audit entry. Before and after: the examination under way.
 */
export async function checkEndpoint(deps: Deps, { service, actor }: CheckEndpoint, limits: ExaminationLimits = {}): Promise<EndpointCheck> {
  const { examination, left } = await beginExamination(deps, serviceKeyOf(service));
  try {
    const report = await examineEndpoint(deps, examination, limits);
    return await recordReport(deps, examination, { ...report, checks: [...report.checks, ...leftOut(left)] }, actor);
  } catch (error) {
    await deps.transaction((tx) => deleteExamination(tx, examination.id)).catch((unended: unknown) => {
      deps.log.error({ err: unended, examination: examination.id }, "an examination could not be ended; its lease will");
    });
    throw error;
  }
}

function beginExamination(deps: Deps, key: string): Promise<{ examination: Examination; left: number }> {
  return deps.transaction(async (tx) => {
    const service = (await findServices(tx, [key])).get(key);
    if (service === undefined) throw notFound("service: there is no such service");
    const isStopped = (await findStoppedServices(tx, [key])).has(key);
    const reason = unexaminable(service) ?? (isStopped ? "it is stopped: resume it first" : undefined);
    if (reason !== undefined) throw preconditionFailed(`the service cannot be examined: ${reason}`, service.id);
    const id = tx.ids.uuid();
    if (!(await insertExamination(tx, id, key, examinationLease(tx.now)))) {
      throw conflict("an examination of the service is under way: wait until it has ended", service.id);
    }
    const numbers = await listDatasetNumbers(tx, key);
    const datasets = await findDatasets(tx, numbers.slice(0, MOST_DATASETS));
    const examination = { id, service: service as ExaminedService, datasets: [...datasets.values()], began: tx.now };
    return { examination, left: numbers.length - datasets.size };
  });
}

const leftOut = (datasets: number): CheckResult[] =>
  datasets === 0 ? [] : [{ name: "datasets beyond what one examination takes", passed: true, message: `not shown of ${datasets} datasets: they were not examined, one examination takes ${MOST_DATASETS}` }];

/** Nobody changes a definition while this is decided, so that no proof is recorded for what was moved or replaced. */
function recordReport(deps: Deps, examination: Examination, report: ConformanceReport, actor: string): Promise<EndpointCheck> {
  const { id, service, datasets, began } = examination;
  const check = { endpointUrl: service.endpointUrl, at: report.at, passed: report.passed, checks: report.checks };
  return deps.transaction(async (tx) => {
    await lockDefinitions(tx);
    await requireExamination(tx, examination);
    if (!isStillExamined(service, (await findServices(tx, [service.key])).get(service.key))) {
      throw conflict("the service's endpoint or keys were changed while it was examined: examine it again", service.id);
    }
    const current = await findDatasets(tx, datasets.map((dataset) => dataset.id));
    const live = new Set(report.live.map(datasetKey));
    const isProven = (dataset: CatalogDataset): boolean => live.has(datasetKey(dataset)) && isSameDataset(dataset, current.get(dataset.id));
    await proofs.record(tx, datasets.filter(isProven).map((dataset) => ({ datasetId: dataset.id, kind: "LIVE", at: began })));
    const doubted = new Set(report.doubted.map(datasetKey));
    await proofs.withdrawLiveness(tx, datasets.filter((dataset) => doubted.has(datasetKey(dataset))).map((dataset) => dataset.id));
    await saveEndpointCheck(tx, service.key, check);
    await appendAuditEntry(tx, { action: "catalog.check-endpoint", actor, object: service.id });
    await deleteExamination(tx, id);
    return check;
  });
}
