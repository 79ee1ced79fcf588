import type { Tx } from "../../platform/database/sql";
import type { FieldClaim } from "../claims-model";
import type { CustodyFlow } from "../custody-model";
import type { Epochs } from "../epochs-model";
import { type Claim, redrawAll } from "../picture-model";
import { type FlowKey, keyText } from "../picture-row-model";
import { FROM_PASSAGE, TO_PASSAGE } from "../run-model";
import { endText, numberFields } from "../storage/field-node-store";
import {
  FIELD_TRAITS, type FieldRow, findFieldFlows, findFieldFlowsOfRuns, findOpenFieldFlowsInto, findOpenFieldFlowsOfJobs, orderedTransformations, type StoredTraits,
  writeFieldFlows,
} from "../storage/field-store";

/**
 * Draws the picture between fields anew where something is claimed, ended or hidden. `custody` is what was remembered between their datasets.
 * Writes: field_nodes, field_flows.
 */
export async function drawFields(tx: Tx, claims: readonly FieldClaim[], knownRuns: readonly number[], epochs: Epochs, custody: ReadonlyMap<string, CustodyFlow>): Promise<void> {
  const numbered = await numberedClaims(tx, claims);
  const hanging = knownRuns.length > 0 ? await findFieldFlowsOfRuns(tx, knownRuns) : [];
  const changed = epochs.changedOutputs();
  const open = [
    ...(epochs.recutJobs.length > 0 ? await findOpenFieldFlowsOfJobs(tx, epochs.recutJobs) : []),
    ...(changed.length > 0 ? await findOpenFieldFlowsInto(tx, changed) : []),
  ];
  const allClaims = [...numbered.claims, ...(epochs.isDeletion ? [] : claimsOfCustody(open, custody, epochs))];
  const keys = new Map([...allClaims, ...hanging, ...open].map((of) => [keyText(of), of]));
  if (keys.size === 0) return;
  const rows = new Map([...hanging, ...open, ...(await findFieldFlows(tx, [...keys.values()]))].map((row) => [row.id, row]));
  const datasetOf = new Map([...numbered.datasets, ...[...rows.values()].map(({ to, toDataset }): [number, number] => [to, toDataset])]);
  await writeFieldFlows(tx, redrawAll(rows.values(), allClaims, (key) => epochs.about(key, datasetOf.get(key.to)!), FIELD_TRAITS));
}

interface NumberedClaims {
  readonly claims: readonly Claim<StoredTraits>[];
  /** Datasets of the nodes that are flowed into. */
  readonly datasets: ReadonlyMap<number, number>;
}

/** The claims between nodes; fields whose names are too long to be nodes are left out: their datasets' flows tell of them. */
async function numberedClaims(tx: Tx, claims: readonly FieldClaim[]): Promise<NumberedClaims> {
  if (claims.length === 0) return { claims: [], datasets: new Map() };
  const nodes = await numberFields(tx, claims.flatMap(({ from, to }) => [from, to]));
  const datasets = new Map<number, number>();
  const numbered = claims.flatMap(({ from: source, to: target, traits, ...claim }): Claim<StoredTraits>[] => {
    const [from, to] = [nodes.get(endText(source)), nodes.get(endText(target))];
    if (from === undefined || to === undefined) return [];
    datasets.set(to, target.dataset);
    const passages = (source.field === "" ? FROM_PASSAGE : 0) | (target.field === "" ? TO_PASSAGE : 0);
    return [{ ...claim, from, to, traits: { ...traits, transformations: orderedTransformations(traits.transformations), passages } }];
  });
  return { claims: numbered, datasets };
}

/** Where an epoch began late, fields go on between datasets of which custody remembers that they did. */
const claimsOfCustody = (open: readonly FieldRow[], custody: ReadonlyMap<string, CustodyFlow>, epochs: Epochs): Claim<StoredTraits>[] =>
  open.flatMap((row) => {
    const { from, to, fromDataset, toDataset, job, provenance, traits, run } = row;
    const between: FlowKey = { from: fromDataset, to: toDataset, job, provenance };
    const stands = custody.get(keyText(between))?.stands ?? -Infinity;
    if (run !== 0 || !epochs.isRecut(between, toDataset) || stands < epochs.cut(between, toDataset)) return [];
    return [{ from, to, job, provenance, standing: "HELD", run: 0, first: stands, last: stands, traits }];
  });
