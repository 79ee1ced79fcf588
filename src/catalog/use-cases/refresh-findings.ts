import type { Tx } from "../../platform/database/sql";
import { suggestCategory } from "../looks-personal-model";
import { LIVE_FOR_MS } from "../model";
import { datasetUrn, fieldId } from "../public-ids";
import {
  listUnclassifiedFields, lockDatasets, type Look, type Looks, planForMany, refreshDatasetFindings, refreshEntityFindings, refreshServiceFindings,
} from "../storage/finding-store";
import { lockEntities } from "../storage/ownership-store";
import { holdSilences } from "../storage/silence-store";

const FEW = 100;

/** What a transaction has changed, or only touched: to name too much costs a look. */
export interface Touched {
  readonly entityKeys?: readonly string[];
  readonly serviceKeys?: readonly string[];
  /** All of whose services are touched. */
  readonly teamKeys?: readonly string[];
  readonly datasetNumbers?: readonly number[];
}

/**
 * Opens the findings that have become true of what was touched and resolves those that are true no more, in the caller's transaction and
 * after all of its changes: they are seen, and nobody else's are missed, since what is looked at is locked first. Each kind looks at its own:
 * who changes a service need not name its datasets. Writes: findings, finding_rechecks; at most eight statements, however much was touched.
 */
export async function refreshFindings(tx: Tx, { entityKeys = [], serviceKeys = [], teamKeys = [], datasetNumbers = [] }: Touched): Promise<void> {
  if (entityKeys.length > 0) await lockEntities(tx, entityKeys);
  const datasets = datasetNumbers.length > 0 || serviceKeys.length > 0 ? await lockDatasets(tx, datasetNumbers, serviceKeys) : [];
  if (entityKeys.length + serviceKeys.length + teamKeys.length + datasets.length === 0) return;
  if (entityKeys.length + serviceKeys.length + datasets.length > FEW) await planForMany(tx);
  await holdSilences(tx);
  // Under the locks: whoever held them before has not done anything later than this.
  const now = tx.clock.now();
  if (entityKeys.length > 0) await refreshEntityFindings(tx, entityKeys, now);
  if (serviceKeys.length > 0 || teamKeys.length > 0) await refreshServiceFindings(tx, serviceKeys, teamKeys, now);
  if (datasets.length === 0) return;
  const identified = datasets.map((dataset) => ({ number: dataset.number, id: datasetUrn(dataset) }));
  await refreshDatasetFindings(tx, identified, await looksOf(tx, datasets.map(({ number }) => number)), LIVE_FOR_MS, now);
}

/** What the unclassified fields of datasets look like; a million of them have few names. */
async function looksOf(tx: Tx, numbers: readonly number[]): Promise<Looks> {
  const looks = new Map<string, Record<string, Look>>();
  for (const { name, type } of await listUnclassifiedFields(tx, numbers)) {
    const category = suggestCategory(name, type === "" ? null : type);
    if (category !== undefined) looks.set(name, { ...looks.get(name), [type]: { idEnd: fieldId("", name), category } });
  }
  return Object.fromEntries(looks);
}
