import type { EventDataset, LineageEvent, StatedLineage } from "./event-model";
import type { Named, NamedNode } from "./model";
import { justAfter } from "./picture-model";
import { FROM_PASSAGE, type JobRun, mergeRuns, runStateOf, TO_PASSAGE, toldOnce } from "./run-model";

/** The numbers of what events name. */
export interface Numbers {
  dataset(name: Named): number;
  job(name: Named): number;
}

/** What a facet states, by numbers. */
export interface Stated {
  readonly job: number;
  /** Key of the run among those heard; null: no run stands behind it. */
  readonly run: string | null;
  readonly provenance: "EXPLICIT" | "COLUMN";
  readonly output: number;
  readonly at: number;
  readonly sources: readonly { readonly from: number; readonly passages: number; readonly masking: boolean; readonly columns: boolean }[];
  readonly links: readonly StatedLink[];
}

/** A field of a dataset; '' is all of it. */
export interface FieldEnd {
  readonly dataset: number;
  readonly field: string;
}

export interface StatedLink {
  readonly from: FieldEnd;
  readonly to: FieldEnd;
  readonly masking: boolean;
  readonly indirect: boolean;
  readonly transformations: StatedLineage["links"][number]["transformations"];
}

/** Inputs and outputs that a JobEvent gives to its job. */
export interface JobShape {
  readonly job: number;
  readonly at: number;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** That what was stated of an output before an instant has ended: a deleted facet ends what was stated up to its own instant. */
export interface OutputCut {
  readonly job: number;
  readonly output: number;
  readonly provenance: "EXPLICIT" | "COLUMN";
  readonly at: number;
  /** Of the run whose event says so. */
  readonly run: string | null;
}

/** All that a list of events says of flows; its order and repetitions make no difference. */
export interface Evidence {
  readonly runs: ReadonlyMap<string, JobRun>;
  readonly shapes: readonly JobShape[];
  readonly stated: readonly Stated[];
  readonly outputCuts: readonly OutputCut[];
  /** Latest event of each job; -Infinity: explicit lineage merely names it. */
  readonly jobs: ReadonlyMap<number, number>;
  /** Jobs at which explicit lineage begins or ends. */
  readonly jobEnds: ReadonlySet<number>;
}

export const runText = ({ job, runId }: Pick<JobRun, "job" | "runId">): string => `${job} ${runId}`;

export function evidenceOf(events: readonly LineageEvent[], numbers: Numbers): Evidence {
  const runs = new Map<string, JobRun>();
  const shapes: JobShape[] = [];
  const stated: Stated[] = [];
  const outputCuts: OutputCut[] = [];
  const jobs = new Map<number, number>();
  for (const event of events) {
    const at = event.at.getTime();
    const job = event.job === null ? 0 : numbers.job(event.job);
    if (job !== 0) jobs.set(job, Math.max(jobs.get(job) ?? -Infinity, at));
    const run = runOf(event, job, numbers);
    const runKey = run === null ? null : runText(run);
    if (run !== null && runKey !== null) runs.set(runKey, runs.has(runKey) ? mergeRuns(runs.get(runKey)!, run) : run);
    if (event.kind === "JOB" && (event.inputs !== null || event.outputs !== null)) {
      shapes.push({ job, at, inputs: numbered(event.inputs, numbers), outputs: numbered(event.outputs, numbers) });
    }
    for (const lineage of event.stated) {
      const { provenance, deleted, byJob } = lineage;
      const behind = { job: byJob ? job : 0, run: byJob ? runKey : null, output: nodeNumber(lineage.target, numbers), provenance };
      if (deleted) outputCuts.push({ ...behind, at: justAfter(at) });
      else stated.push({ ...behind, at, ...statedBy(lineage, behind.output, numbers) });
      if (event.kind === "DATASET" && !deleted) {
        outputCuts.push({ ...behind, provenance: "EXPLICIT", at }, { ...behind, provenance: "COLUMN", at });
      }
    }
  }
  const jobEnds = endsOf(stated);
  for (const job of jobEnds) if (!jobs.has(job)) jobs.set(job, -Infinity);
  return { runs, shapes, stated, outputCuts, jobs, jobEnds };
}

const endsOf = (stated: readonly Stated[]): Set<number> =>
  new Set(stated.flatMap(({ output, sources }) =>
    sources.flatMap(({ from, passages }) => [...((passages & FROM_PASSAGE) !== 0 ? [from] : []), ...((passages & TO_PASSAGE) !== 0 ? [output] : [])]),
  ));

function runOf({ run, at, inputs, outputs, stated }: LineageEvent, job: number, numbers: Numbers): JobRun | null {
  if (run === null) return null;
  const state = runStateOf(run.type);
  const statedOf = (provenance: StatedLineage["provenance"]): number[] =>
    sorted(stated.filter((of) => of.byJob && !of.deleted && of.provenance === provenance).map(({ target }) => nodeNumber(target, numbers)));
  return {
    job,
    runId: run.id,
    state,
    firstAt: at.getTime(),
    lastAt: at.getTime(),
    startedAt: run.type === "START" ? at.getTime() : null,
    endedAt: state === "OPEN" ? null : at.getTime(),
    inputs: numbered(inputs, numbers),
    outputs: numbered(outputs, numbers),
    explicitOutputs: statedOf("EXPLICIT"),
    columnOutputs: statedOf("COLUMN"),
    told: toldOnce(stated.filter(({ byJob, deleted }) => byJob && !deleted).flatMap((of) => {
      const to = nodeNumber(of.target, numbers);
      return of.sources.map((source) => ({ from: nodeNumber(source, numbers), to, provenance: of.provenance, passages: passagesBetween(source, of.target) }));
    })),
    facets: run.facets,
  };
}

const numbered = (datasets: readonly EventDataset[] | null, numbers: Numbers): number[] => sorted((datasets ?? []).map((dataset) => numbers.dataset(dataset)));

const sorted = (given: readonly number[]): number[] => [...new Set(given)].sort((one, other) => one - other);

const nodeNumber = (node: NamedNode, numbers: Numbers): number => (node.kind === "JOB" ? numbers.job(node) : numbers.dataset(node));

const passagesBetween = (source: NamedNode, target: NamedNode): number => (source.kind === "JOB" ? FROM_PASSAGE : 0) | (target.kind === "JOB" ? TO_PASSAGE : 0);

function statedBy({ target, sources, links }: StatedLineage, output: number, numbers: Numbers): Pick<Stated, "sources" | "links"> {
  return {
    sources: sources.map((source) => ({
      from: nodeNumber(source, numbers),
      passages: passagesBetween(source, target),
      masking: source.masking,
      columns: source.columns,
    })),
    // Jobs have no fields.
    links: target.kind === "JOB" ? [] : links.map(({ from, fromField, toField, ...link }) => ({
      ...link, from: { dataset: numbers.dataset(from), field: fromField }, to: { dataset: output, field: toField },
    })),
  };
}
