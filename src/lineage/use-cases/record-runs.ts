import type { Tx } from "../../platform/database/sql";
import { withoutEnded } from "../claims-model";
import { type Evidence, runText } from "../evidence-model";
import { mergeRuns, type StoredRun } from "../run-model";
import { takeInRuns, updateRuns, writeFreshness, type Written } from "../storage/run-store";

export interface HeardRuns {
  /** By `runText`, as they are stored now. */
  readonly all: ReadonlyMap<string, StoredRun>;
  /** Ids of those that were stored before. */
  readonly known: readonly number[];
}

/** Adds what events say of runs to what is known of them; `writeRuns` is to follow. Their jobs must be locked. Writes: job_runs. */
export async function hearRuns(tx: Tx, evidence: Evidence): Promise<HeardRuns> {
  const heard = [...evidence.runs.values()];
  if (heard.length === 0) return { all: new Map(), known: [] };
  const { known, added } = await takeInRuns(tx, heard.map((run) => withoutEnded(run, evidence)));
  const changed = known.map((run) => withoutEnded({ ...mergeRuns(run, evidence.runs.get(runText(run))!), id: run.id }, evidence));
  return { all: new Map([...changed, ...added].map((run) => [runText(run), run])), known: changed.map(({ id }) => id) };
}

/** Writes what has become of runs that were known, and what runs have written. Writes: job_runs, dataset_freshness. */
export async function writeRuns(tx: Tx, { all, known }: HeardRuns): Promise<void> {
  const ids = new Set(known);
  const runs = [...all.values()];
  const changed = runs.filter(({ id }) => ids.has(id));
  const written = writtenBy(runs);
  await Promise.all([
    changed.length > 0 ? updateRuns(tx, changed) : 0,
    written.length > 0 ? writeFreshness(tx, written) : 0,
  ]);
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
