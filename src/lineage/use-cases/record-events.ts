import type { Tx } from "../../platform/database/sql";
import { claimsOfRun, custodyHeard, fieldClaims, flowClaims, type Known } from "../claims-model";
import type { LineageEvent } from "../event-model";
import { evidenceOf } from "../evidence-model";
import { hearJobs, type KnownJob } from "../storage/job-store";
import { numberFieldsOfWholes } from "../storage/field-node-store";
import { lockUnclaimedOutputs } from "../storage/stated-output-store";
import { drawFields } from "./draw-fields";
import { drawFlows } from "./draw-flows";
import { hearJobEnds } from "./hear-job-ends";
import { keepEventFacets } from "./keep-event-facets";
import { datasetsOf, type Names, numberNames } from "./number-names";
import { openEpochs } from "./open-epochs";
import { proposeDisposals } from "./propose-disposals";
import { hearRuns, writeRuns } from "./record-runs";

/**
 * Takes events into the picture, custody and the register, in the caller's transaction. The order of events, within the list and between lists, and
 * how often they come makes no difference to the present picture and to custody. About 25 statements for any number of events; those that do
 * not need each other's answers are sent together. Writes: jobs, job_shapes, job_runs,
 * flows, custody_flows, field_nodes, field_flows, stated_outputs, kept_facets, dataset_freshness, findings; what `observeDatasets` writes.
 */
export async function recordEvents(tx: Tx, events: readonly LineageEvent[]): Promise<void> {
  if (events.length === 0) return;
  const names = await numberNames(tx, events);
  const evidence = evidenceOf(events, names);
  const unclaimed = [...evidence.stated, ...evidence.outputCuts].filter(({ job }) => job === 0).map(({ output }) => output);
  // Statements run in their order: runs are looked at under the locks of their jobs.
  const [jobs, runs] = await Promise.all([
    evidence.jobs.size > 0 ? hearJobs(tx, [...evidence.jobs].map(([number, at]) => ({ number, at }))) : new Map<number, KnownJob>(),
    hearRuns(tx, evidence),
    unclaimed.length > 0 ? lockUnclaimedOutputs(tx, [...new Set(unclaimed)]) : undefined,
  ]);
  const all = [...runs.all.values()];
  const [epochs, atEnds] = await Promise.all([
    openEpochs(tx, evidence, new Map([...jobs].map(([job, { cut }]) => [job, cut])), all),
    hearJobEnds(tx, evidence, all, new Set([...jobs].flatMap(([job, { isEnd }]) => (isEnd ? [job] : [])))),
  ]);
  const known: Known = { runs: runs.all, cut: (stated) => epochs.statedCut(stated) };
  const heard = { claims: [...flowClaims(evidence, known), ...epochs.otherRuns.flatMap(claimsOfRun)], custody: [...custodyHeard(evidence, known), ...atEnds], knownRuns: runs.known };
  await Promise.all([
    writeRuns(tx, runs),
    drawFlows(tx, heard, epochs).then((custody) => drawFields(tx, fieldClaims(evidence, known), runs.known, epochs, custody)),
    numberFieldsOfWholes(tx, withFields(events, names)),
    keepEventFacets(tx, events, names),
  ]);
  await proposeDisposals(tx, events, names);
}

const withFields = (events: readonly LineageEvent[], names: Names): number[] => [
  ...new Set(events.flatMap((event) => datasetsOf(event).filter(({ fields }) => fields !== null && fields.length > 0).map((dataset) => names.dataset(dataset)))),
];
