import type { Tx } from "../../platform/database/sql";
import type { FlowTraits } from "../claims-model";
import { asOf, type CustodyFlow, gatherCustody } from "../custody-model";
import type { Epochs } from "../epochs-model";
import { type Claim, redrawAll, type RunStanding } from "../picture-model";
import { type FlowKey, keyText, type PictureRow } from "../picture-row-model";
import { findCustody, findCustodyInto, rememberCustody } from "../storage/custody-store";
import { findFlows, findFlowsOfRuns, findOpenFlowsInto, findOpenFlowsOfJobs, FLOW_TRAITS, type FlowRow, writeFlows } from "../storage/flow-store";

export interface Heard {
  readonly claims: readonly Claim<FlowTraits>[];
  readonly custody: readonly CustodyFlow[];
  /** Ids of runs that rows may hang on. */
  readonly knownRuns: readonly number[];
}

/**
 * Draws the picture between datasets anew where something is claimed, ended or hidden, and remembers all in custody. Answers what custody
 * remembered of these flows until now. Writes: flows, custody_flows.
 */
export async function drawFlows(tx: Tx, { claims, custody, knownRuns }: Heard, epochs: Epochs): Promise<ReadonlyMap<string, CustodyFlow>> {
  const changed = epochs.changedOutputs();
  const [hanging, ...opens] = await Promise.all([
    knownRuns.length > 0 ? findFlowsOfRuns(tx, knownRuns) : [],
    epochs.recutJobs.length > 0 ? findOpenFlowsOfJobs(tx, epochs.recutJobs) : [],
    changed.length > 0 ? findOpenFlowsInto(tx, changed) : [],
  ]);
  const open = opens.flat();
  const heard = gatherCustody([...custody, ...promotedCustody(hanging, epochs)]);
  // What custody remembers matters to the picture only where an epoch began.
  const known = epochs.recutJobs.length + changed.length > 0 ? await findKnownCustody(tx, [...heard.values(), ...open], epochs) : new Map<string, CustodyFlow>();
  const allClaims = [...claims, ...(epochs.isDeletion ? [] : claimsOfCustody(known, open, epochs))];
  const keys = new Map([...allClaims, ...hanging, ...open].map((of) => [keyText(of), of]));
  const rows = new Map([...hanging, ...open, ...(keys.size > 0 ? await findFlows(tx, [...keys.values()]) : [])].map((row) => [row.id, row]));
  await Promise.all([
    writeFlows(tx, redrawAll(rows.values(), allClaims, (key) => epochs.about(key, key.to), FLOW_TRAITS)),
    heard.size > 0 ? rememberCustody(tx, [...heard.values()].map((flow) => asOf(flow, tx.now.getTime()))) : 0,
  ]);
  return known;
}

async function findKnownCustody(tx: Tx, keys: readonly FlowKey[], epochs: Epochs): Promise<Map<string, CustodyFlow>> {
  const asked = new Map(keys.map((key) => [keyText(key), key]));
  const outputs = epochs.outputsOfRecutJobs();
  const found = [...(asked.size > 0 ? await findCustody(tx, [...asked.values()]) : []), ...(outputs.length > 0 ? await findCustodyInto(tx, outputs) : [])];
  return new Map(found.map((flow) => [keyText(flow), flow]));
}

/** What was stated by a run that has completed now counts for the picture. */
const promotedCustody = (rows: readonly FlowRow[], epochs: Epochs): CustodyFlow[] =>
  rows.flatMap((row) => {
    const run: RunStanding | undefined = epochs.about(row, row.to).runs.get(row.run);
    if (row.provenance === "RUN" || run?.state !== "COMPLETE" || row.until < Infinity) return [];
    return [{ ...keyOf(row), passages: row.traits.passages, first: Infinity, last: -Infinity, stands: run.lastAt }];
  });

const keyOf = ({ from, to, job, provenance }: FlowKey): FlowKey => ({ from, to, job, provenance });

/** Where an epoch began late, what custody remembers from it is claimed for it: as its row says, or as unmasked where it has none. */
function claimsOfCustody(custody: ReadonlyMap<string, CustodyFlow>, open: readonly PictureRow<FlowTraits>[], epochs: Epochs): Claim<FlowTraits>[] {
  const traits = new Map(open.map((row) => [keyText(row), row.traits]));
  return [...custody].flatMap(([text, flow]) => {
    if (!epochs.isRecut(flow, flow.to) || flow.stands < epochs.cut(flow, flow.to)) return [];
    return [{
      ...keyOf(flow), standing: "HELD", run: 0, first: flow.stands, last: flow.stands,
      traits: traits.get(text) ?? { masking: false, columns: false, passages: flow.passages },
    }];
  });
}
