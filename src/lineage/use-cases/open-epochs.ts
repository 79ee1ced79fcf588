import type { Tx } from "../../platform/database/sql";
import { Epochs } from "../epochs-model";
import type { Evidence } from "../evidence-model";
import { cutStatement, NEVER, outputText, restate, type StatedOutput } from "../precedence-model";
import type { StoredRun } from "../run-model";
import { cutJobs } from "../storage/job-store";
import { findOpenRuns } from "../storage/run-store";
import { findStatedOutputs, writeStatedOutputs } from "../storage/stated-output-store";

/**
 * Takes note of what events begin anew or hide: the epochs of jobs, and what is stated of outputs. `epochs` holds when those of the jobs began;
 * these must be locked. Writes: jobs, stated_outputs.
 */
export async function openEpochs(tx: Tx, evidence: Evidence, epochs: ReadonlyMap<number, number>, runs: readonly StoredRun[]): Promise<Epochs> {
  const cuts = newCuts(evidence, epochs);
  if (cuts.size > 0) await cutJobs(tx, cuts);
  const jobs = new Map([...epochs, ...cuts]);
  const heard = new Set(runs.map(({ id }) => id));
  const otherRuns = (cuts.size > 0 ? await findOpenRuns(tx, cuts) : []).filter(({ id }) => !heard.has(id));
  const before = await findStated(tx, evidence, runs, [...cuts.keys()]);
  const stated = restated(evidence, runs, before, jobs);
  const changed = [...stated.values()].filter((output) => !isSame(output, before.get(outputText(output))));
  if (changed.length > 0) await writeStatedOutputs(tx, changed);
  return new Epochs({
    jobs, recutJobs: new Set(cuts.keys()), deleted: false, stated, before, otherRuns,
    runs: new Map([...otherRuns, ...runs].map((run) => [run.id, run])),
  });
}

/** Begins an epoch of a job, at which what was declared with it ends too. The job must be locked. Writes: jobs. */
export async function endEpoch(tx: Tx, job: number, cut: number): Promise<Epochs> {
  const cuts = new Map([[job, cut]]);
  await cutJobs(tx, cuts);
  const otherRuns = await findOpenRuns(tx, cuts);
  const stated = new Map((await findStatedOutputs(tx, [], [job])).map((output) => [outputText(output), output]));
  return new Epochs({
    jobs: cuts, recutJobs: new Set([job]), deleted: true, stated, before: stated, otherRuns, runs: new Map(otherRuns.map((run) => [run.id, run])),
  });
}

/** A JobEvent that speaks of inputs or outputs begins an epoch, unless a later one has. */
function newCuts({ shapes }: Evidence, epochs: ReadonlyMap<number, number>): Map<number, number> {
  const cuts = new Map<number, number>();
  for (const { job, at } of shapes) if (at > (cuts.get(job) ?? epochs.get(job) ?? -Infinity)) cuts.set(job, at);
  return cuts;
}

async function findStated(tx: Tx, { shapes, stated, outputCuts }: Evidence, runs: readonly StoredRun[], jobs: readonly number[]): Promise<Map<string, StatedOutput>> {
  const asked = new Map<string, Pick<StatedOutput, "job" | "output">>();
  const ask = (job: number, output: number): unknown => asked.set(outputText({ job, output }), { job, output });
  for (const { job, outputs } of [...runs, ...shapes]) for (const output of outputs) ask(job, output);
  for (const { job, output } of [...stated, ...outputCuts]) ask(job, output);
  for (const { job, explicitOutputs, columnOutputs } of runs) for (const output of [...explicitOutputs, ...columnOutputs]) ask(job, output);
  const found = asked.size > 0 ? await findStatedOutputs(tx, [...asked.values()], jobs) : [];
  return new Map(found.map((output) => [outputText(output), output]));
}

function restated({ stated, outputCuts }: Evidence, runs: readonly StoredRun[], before: ReadonlyMap<string, StatedOutput>, epochs: ReadonlyMap<number, number>): Map<string, StatedOutput> {
  const next = new Map(before);
  const change = (job: number, output: number, of: "explicit" | "column", by: (statement: StatedOutput["explicit"]) => StatedOutput["explicit"]): void => {
    const known = next.get(outputText({ job, output })) ?? { job, output, explicit: NEVER, column: NEVER };
    next.set(outputText(known), { ...known, [of]: by(known[of]) });
  };
  for (const { job, output, provenance, at } of outputCuts) change(job, output, provenance === "EXPLICIT" ? "explicit" : "column", (of) => cutStatement(of, at));
  for (const { job, state, explicitOutputs, columnOutputs, firstAt: first, lastAt: last } of runs) {
    const epoch = epochs.get(job) ?? -Infinity;
    if (state !== "COMPLETE") continue;
    for (const output of explicitOutputs) change(job, output, "explicit", (of) => restate(of, { first, last }, epoch));
    for (const output of columnOutputs) change(job, output, "column", (of) => restate(of, { first, last }, epoch));
  }
  for (const { job, run, output, provenance, at } of stated) {
    if (run === null) change(job, output, provenance === "EXPLICIT" ? "explicit" : "column", (of) => restate(of, { first: at, last: at }, epochs.get(job) ?? -Infinity));
  }
  return next;
}

const isSame = (one: StatedOutput, other: StatedOutput | undefined): boolean =>
  other !== undefined &&
  (["explicit", "column"] as const).every((of) => one[of].since === other[of].since && one[of].last === other[of].last && one[of].cut === other[of].cut);
