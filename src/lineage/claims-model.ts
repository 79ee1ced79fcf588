import type { CustodyFlow } from "./custody-model";
import { type Evidence, type FieldEnd, runText, type Stated } from "./evidence-model";
import type { Claim } from "./picture-model";
import { type JobRun, type Pair, pairsOf, type StoredRun } from "./run-model";

/** What a run's state makes of what it names. */
const standingOf = (run: StoredRun): Pick<Claim<unknown>, "standing" | "run"> => {
  if (run.state === "COMPLETE") return { standing: "HELD", run: 0 };
  return { standing: run.state === "OPEN" ? "OPEN" : "VOID", run: run.id };
};

export interface FlowTraits {
  readonly masking: boolean;
  /** Told field by field. */
  readonly columns: boolean;
  readonly passages: number;
}

const asRun = (job: number, { from, to, passages }: Pair) => ({ from, to, job, provenance: "RUN", traits: { masking: false, columns: false, passages } }) as const;

/** Inputs x outputs of a run, from its first to its last event. */
export const claimsOfRun = (run: StoredRun): Claim<FlowTraits>[] =>
  pairsOf(run.job, run.inputs, run.outputs).map((pair) => ({ ...asRun(run.job, pair), ...standingOf(run), first: run.firstAt, last: run.lastAt }));

/** Runs as they are stored now, by `runText`; when a statement of this kind was last ended. */
export interface Known {
  readonly runs: ReadonlyMap<string, StoredRun>;
  cut(stated: Stated): number;
}

/** From when to when a statement speaks. Of a run: as long as the run went on, unless it was ended meanwhile. */
function reachOf(stated: Stated, { runs, cut }: Known): Pick<Claim<unknown>, "standing" | "run" | "first" | "last"> {
  const run = stated.run === null ? undefined : runs.get(stated.run)!;
  if (run === undefined) return { standing: "HELD", run: 0, first: stated.at, last: stated.at };
  return { ...standingOf(run), first: run.firstAt, last: stated.at < cut(stated) ? stated.at : run.lastAt };
}

/** What events claim of flows between datasets. */
export const flowClaims = ({ shapes, stated }: Evidence, known: Known): Claim<FlowTraits>[] => [
  ...[...known.runs.values()].flatMap(claimsOfRun),
  ...shapes.flatMap(({ job, at, inputs, outputs }) =>
    pairsOf(job, inputs, outputs).map((pair): Claim<FlowTraits> => ({ ...asRun(job, pair), standing: "HELD", run: 0, first: at, last: at })),
  ),
  ...stated.flatMap((of) =>
    of.sources.map(({ from, ...traits }): Claim<FlowTraits> => ({ from, to: of.output, job: of.job, provenance: of.provenance, ...reachOf(of, known), traits })),
  ),
];

export interface FieldTraits {
  readonly masking: boolean;
  readonly indirect: boolean;
  readonly transformations: Stated["links"][number]["transformations"];
}

export type FieldClaim = Pick<Claim<unknown>, "job" | "provenance" | "standing" | "run" | "first" | "last"> & {
  readonly from: FieldEnd;
  readonly to: FieldEnd;
  readonly traits: FieldTraits;
};

/** What events claim of flows between fields. */
export const fieldClaims = ({ stated }: Evidence, known: Known): FieldClaim[] =>
  stated.flatMap((of) =>
    of.links.map(({ from, to, ...traits }): FieldClaim => ({ from, to, job: of.job, provenance: of.provenance, ...reachOf(of, known), traits })),
  );

/** What custody hears of the events: all that they name, whatever became of the runs. */
export const custodyHeard = (evidence: Evidence, known: Known): CustodyFlow[] => [
  ...[...known.runs.values()].flatMap((run) =>
    pairsOf(run.job, run.inputs, run.outputs).map((pair): CustodyFlow => ({
      ...pair, job: run.job, provenance: "RUN", first: run.firstAt, last: run.lastAt, stands: run.state === "COMPLETE" ? run.lastAt : -Infinity,
    })),
  ),
  ...evidence.shapes.flatMap(({ job, at, inputs, outputs }) =>
    pairsOf(job, inputs, outputs).map((pair): CustodyFlow => ({ ...pair, job, provenance: "RUN", first: at, last: at, stands: at })),
  ),
  ...evidence.stated.flatMap((of) => {
    const { standing, last } = reachOf(of, known);
    return of.sources.map(({ from, passages }): CustodyFlow => ({
      from, to: of.output, job: of.job, provenance: of.provenance, passages, first: of.at, last: of.at, stands: standing === "HELD" ? last : -Infinity,
    }));
  }),
  // What a run has stated goes on as long as the run does.
  ...[...known.runs.values()].flatMap(({ job, told, lastAt }) => told.map((flow): CustodyFlow => ({ ...flow, job, first: lastAt, last: lastAt, stands: -Infinity }))),
];

/** A run without what its own events have ended, unless they stated it again later. */
export function withoutEnded<Run extends JobRun>(run: Run, { stated, outputCuts }: Evidence): Run {
  const key = runText(run);
  const cuts = outputCuts.filter((cut) => cut.run === key);
  if (cuts.length === 0) return run;
  const lasts = (provenance: Stated["provenance"]) => (output: number): boolean =>
    cuts.every((cut) => cut.output !== output || cut.provenance !== provenance || stated.some((of) => of.run === key && of.output === output && of.provenance === provenance && of.at >= cut.at));
  return { ...run, explicitOutputs: run.explicitOutputs.filter(lasts("EXPLICIT")), columnOutputs: run.columnOutputs.filter(lasts("COLUMN")) };
}
