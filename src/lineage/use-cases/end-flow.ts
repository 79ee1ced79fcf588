import type { Tx } from "../../platform/database/sql";
import type { Flow } from "../flow-ids";
import { endRow } from "../picture-model";
import { type FlowKey, keyText, type PictureRow } from "../picture-row-model";
import { endDeclaredCustody } from "../storage/custody-store";
import { FIELD_TRAITS, type FieldRow, findFieldFlow, findFieldFlows, findFieldFlowsOfRuns, findOpenFieldFlowsInto, writeFieldFlows } from "../storage/field-store";
import { findFlow, findFlows, findFlowsOfRuns, FLOW_TRAITS, type FlowRow, writeFlows } from "../storage/flow-store";
import { hearJobs } from "../storage/job-store";
import { lockUnclaimedOutputs } from "../storage/stated-output-store";
import { nameFieldFlow, nameFlow } from "./name-flow";

export interface EndedFlow {
  readonly flow: Flow;
  /** False: it had ended already. */
  readonly changed: boolean;
}

/** Ends a flow between datasets now, and if it was declared, what was declared between their fields; undefined where there is none of this id. */
export async function endFlow(tx: Tx, id: number): Promise<EndedFlow | undefined> {
  const found = await findFlow(tx, id);
  if (found === undefined) return undefined;
  await lockFlow(tx, found.job, found.to);
  const row = (await findFlow(tx, id))!;
  const flow = await nameFlow(tx, row);
  if (!isStanding(tx, row)) return { flow, changed: false };
  await endRows(tx, row);
  if (row.provenance === "DECLARED") {
    for (const link of await declaredLinks(tx, row)) await endFieldRows(tx, link);
    await endDeclaredCustody(tx, [row]);
  }
  return { flow, changed: true };
}

/** Ends a flow between fields now; with the last that was declared between two datasets ends the flow between these, unless that was declared too. */
export async function endFieldFlow(tx: Tx, id: number): Promise<EndedFlow | undefined> {
  const found = await findFieldFlow(tx, id);
  if (found === undefined) return undefined;
  await lockFlow(tx, found.job, found.toDataset);
  const row = (await findFieldFlow(tx, id))!;
  const flow = await nameFieldFlow(tx, row);
  if (!isStanding(tx, row)) return { flow, changed: false };
  await endFieldRows(tx, row);
  const between: FlowKey = { from: row.fromDataset, to: row.toDataset, job: row.job, provenance: row.provenance };
  if (row.provenance === "DECLARED" && (await declaredLinks(tx, between)).length === 0) {
    const whole = (await findFlows(tx, [between])).filter((of) => isStanding(tx, of));
    if (whole.some(({ traits }) => !traits.columns)) return { flow, changed: true };
    for (const derived of whole) await endRows(tx, derived);
    await endDeclaredCustody(tx, [between]);
  }
  return { flow, changed: true };
}

const isStanding = (tx: Tx, { since, until }: PictureRow<unknown>): boolean => until > tx.now.getTime() && since < until;

/** Nobody else draws flows of the job (0: into the dataset by none) before the transaction ends. */
const lockFlow = (tx: Tx, job: number, dataset: number): Promise<unknown> =>
  job === 0 ? lockUnclaimedOutputs(tx, [dataset]) : hearJobs(tx, [{ number: job, at: -Infinity }]);

async function endRows(tx: Tx, row: FlowRow): Promise<void> {
  const rows = [...(await findFlows(tx, [row])), ...(row.run === 0 ? [] : await findFlowsOfRuns(tx, [row.run]))];
  await writeFlows(tx, endRow(rows.filter((other) => keyText(other) === keyText(row)), row, tx.now.getTime(), FLOW_TRAITS));
}

async function endFieldRows(tx: Tx, row: FieldRow): Promise<void> {
  const rows = [...(await findFieldFlows(tx, [row])), ...(row.run === 0 ? [] : await findFieldFlowsOfRuns(tx, [row.run]))];
  await writeFieldFlows(tx, endRow(rows.filter((other) => keyText(other) === keyText(row)), row, tx.now.getTime(), FIELD_TRAITS));
}

const declaredLinks = async (tx: Tx, { from, to, job }: FlowKey): Promise<FieldRow[]> =>
  (await findOpenFieldFlowsInto(tx, [{ job, output: to }])).filter(({ provenance, fromDataset }) => provenance === "DECLARED" && fromDataset === from);
