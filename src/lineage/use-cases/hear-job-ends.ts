import type { Tx } from "../../platform/database/sql";
import type { CustodyFlow } from "../custody-model";
import type { Evidence } from "../evidence-model";
import { custodyOfSide, type JobSide, sidesOf } from "../job-ends-model";
import type { StoredRun } from "../run-model";
import { findSides, markJobEnds, rememberShapes } from "../storage/job-end-store";

/**
 * Takes note of jobs at which explicit lineage begins or ends. Answers the flows between these and all that they read and write; of one that has
 * become such a job just now, also what it read and wrote before. `ends` are those known before; all must be locked. Writes: jobs, job_shapes.
 */
export async function hearJobEnds(tx: Tx, evidence: Evidence, runs: readonly StoredRun[], ends: ReadonlySet<number>): Promise<CustodyFlow[]> {
  const shapes = evidence.shapes.flatMap(({ job, at, inputs, outputs }) => sidesOf(job, inputs, outputs, at, at));
  const begun = [...evidence.jobEnds].filter((job) => !ends.has(job));
  const [past] = await Promise.all([
    begun.length > 0 ? findSides(tx, begun) : [],
    begun.length > 0 ? markJobEnds(tx, begun) : 0,
    shapes.length > 0 ? rememberShapes(tx, shapes) : 0,
  ]);
  const isEnd = ({ job }: Pick<JobSide, "job">): boolean => ends.has(job) || evidence.jobEnds.has(job);
  const heard = runs.filter(isEnd).flatMap(({ job, inputs, outputs, firstAt, lastAt }) => sidesOf(job, inputs, outputs, firstAt, lastAt));
  return [...past, ...shapes.filter(isEnd), ...heard].map(custodyOfSide);
}
