import type { Tx } from "../../platform/database/sql";
import { claimsOfRun, custodyHeard, fieldClaims, flowClaims, type Known } from "../claims-model";
import type { LineageEvent } from "../event-model";
import { evidenceOf } from "../evidence-model";
import { hearJobs } from "../storage/job-store";
import { numberFieldsOfWholes } from "../storage/field-node-store";
import { lockUnclaimedOutputs } from "../storage/stated-output-store";
import { drawFields } from "./draw-fields";
import { drawFlows } from "./draw-flows";
import { keepEventFacets } from "./keep-event-facets";
import { datasetsOf, type Names, numberNames } from "./number-names";
import { openEpochs } from "./open-epochs";
import { proposeDisposals } from "./propose-disposals";
import { recordRuns } from "./record-runs";

/**
 * Takes events into the picture, custody and the register, in the caller's transaction. The order of events, within the list and between lists, and
 * how often they come makes no difference to the present picture and to custody. About 25 statements for any number of events. Writes: jobs, job_runs,
 * flows, custody_flows, field_nodes, field_flows, stated_outputs, kept_facets, dataset_freshness, findings; what `observeDatasets` writes.
 */
export async function recordEvents(tx: Tx, events: readonly LineageEvent[]): Promise<void> {
  if (events.length === 0) return;
  const names = await numberNames(tx, events);
  const evidence = evidenceOf(events, names);
  const cuts = evidence.jobs.size > 0 ? await hearJobs(tx, [...evidence.jobs].map(([number, at]) => ({ number, at }))) : new Map<number, number>();
  const unclaimed = [...evidence.stated, ...evidence.outputCuts].filter(({ job }) => job === 0).map(({ output }) => output);
  if (unclaimed.length > 0) await lockUnclaimedOutputs(tx, [...new Set(unclaimed)]);
  const runs = await recordRuns(tx, evidence);
  const epochs = await openEpochs(tx, evidence, cuts, [...runs.all.values()]);
  const known: Known = { runs: runs.all, cut: (stated) => epochs.statedCut(stated) };
  const heard = { claims: [...flowClaims(evidence, known), ...epochs.otherRuns.flatMap(claimsOfRun)], custody: custodyHeard(evidence, known), knownRuns: runs.known };
  const custody = await drawFlows(tx, heard, epochs);
  await drawFields(tx, fieldClaims(evidence, known), runs.known, epochs, custody);
  await numberFieldsOfWholes(tx, withFields(events, names));
  await keepEventFacets(tx, events, names);
  await proposeDisposals(tx, events, names);
}

const withFields = (events: readonly LineageEvent[], names: Names): number[] => [
  ...new Set(events.flatMap((event) => datasetsOf(event).filter(({ fields }) => fields !== null && fields.length > 0).map((dataset) => names.dataset(dataset)))),
];
