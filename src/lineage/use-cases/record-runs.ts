import type { Tx } from "../../platform/database/sql";
import { withoutEnded } from "../claims-model";
import { type Evidence, runText } from "../evidence-model";
import { type JobRun, mergeRuns, type StoredRun } from "../run-model";
import { findRuns, insertRuns, updateRuns, writeFreshness, type Written } from "../storage/run-store";

export interface RecordedRuns {
  /** By `runText`, as they are stored now. */
  readonly all: ReadonlyMap<string, StoredRun>;
  /** Ids of those that were stored before. */
  readonly known: readonly number[];
}

/** Adds what events say of runs to what is known of them. Their jobs must be locked. Writes: job_runs, dataset_freshness. */
export async function recordRuns(tx: Tx, evidence: Evidence): Promise<RecordedRuns> {
  const heard = [...evidence.runs.values()];
  if (heard.length === 0) return { all: new Map(), known: [] };
  const stored = new Map((await findRuns(tx, heard)).map((run) => [runText(run), run]));
  const changed: StoredRun[] = [];
  const added: JobRun[] = [];
  for (const run of heard) {
    const known = stored.get(runText(run));
    if (known === undefined) added.push(withoutEnded(run, evidence));
    else changed.push(withoutEnded({ ...mergeRuns(known, run), id: known.id }, evidence));
  }
  if (changed.length > 0) await updateRuns(tx, changed);
  const inserted = added.length > 0 ? await insertRuns(tx, added) : [];
  const runs = [...changed, ...inserted];
  const written = writtenBy(runs);
  if (written.length > 0) await writeFreshness(tx, written);
  return { all: new Map(runs.map((run) => [runText(run), run])), known: changed.map(({ id }) => id) };
}

/** Each dataset once, with the completed run that wrote it last. */
function writtenBy(runs: readonly StoredRun[]): Written[] {
  const latest = new Map<number, Written>();
  for (const { id, state, endedAt, outputs } of runs) {
    if (state !== "COMPLETE" || endedAt === null) continue;
    for (const dataset of outputs) {
      const other = latest.get(dataset);
      if (other === undefined || other.at < endedAt || (other.at === endedAt && other.run < id)) latest.set(dataset, { dataset, run: id, at: endedAt });
    }
  }
  return [...latest.values()];
}
