import type { EventRun } from "./event-model";
import type { Facets, JobRunState } from "./model";

/** A flow that a facet of a run's event states. */
export interface ToldFlow {
  readonly from: number;
  readonly to: number;
  readonly provenance: "EXPLICIT" | "COLUMN";
  readonly passages: number;
}

/** What all events of a run together say. Instants are milliseconds of event time. */
export interface JobRun {
  /** Number of its job. */
  readonly job: number;
  /** As the producer names it. */
  readonly runId: string;
  readonly state: JobRunState;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Of its START. */
  readonly startedAt: number | null;
  /** Of what ended it. */
  readonly endedAt: number | null;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Outputs of which its events state better lineage than inputs x outputs. */
  readonly explicitOutputs: readonly number[];
  readonly columnOutputs: readonly number[];
  /** Every flow that its events have ever stated, whatever was deleted since. */
  readonly told: readonly ToldFlow[];
  readonly facets: Facets;
}

export interface StoredRun extends JobRun {
  /** The row's id. */
  readonly id: number;
}

/** COMPLETE is stronger than FAIL and ABORT, these than an open run. */
const STRENGTH: Readonly<Record<JobRunState, number>> = { OPEN: 0, ABORT: 1, FAIL: 2, COMPLETE: 3 };

export const runStateOf = (type: EventRun["type"]): JobRunState => (type === "COMPLETE" || type === "FAIL" || type === "ABORT" ? type : "OPEN");

/** What two parts of a run's events say together; in whatever order and how often they are heard. */
export function mergeRuns(one: JobRun, other: JobRun): JobRun {
  const [earlier, later] = one.lastAt <= other.lastAt ? [one, other] : [other, one];
  return {
    job: one.job,
    runId: one.runId,
    state: STRENGTH[one.state] >= STRENGTH[other.state] ? one.state : other.state,
    firstAt: Math.min(one.firstAt, other.firstAt),
    lastAt: later.lastAt,
    startedAt: one.startedAt === null || other.startedAt === null ? (one.startedAt ?? other.startedAt) : Math.min(one.startedAt, other.startedAt),
    endedAt: endOf(one, other),
    inputs: union(one.inputs, other.inputs),
    outputs: union(one.outputs, other.outputs),
    explicitOutputs: union(one.explicitOutputs, other.explicitOutputs),
    columnOutputs: union(one.columnOutputs, other.columnOutputs),
    told: toldOnce([...one.told, ...other.told]),
    facets: { ...earlier.facets, ...later.facets },
  };
}

function endOf(one: JobRun, other: JobRun): number | null {
  const strength = STRENGTH[one.state] - STRENGTH[other.state];
  if (strength !== 0) return strength > 0 ? one.endedAt : other.endedAt;
  return one.endedAt === null || other.endedAt === null ? (one.endedAt ?? other.endedAt) : Math.max(one.endedAt, other.endedAt);
}

function union(one: readonly number[], other: readonly number[]): readonly number[] {
  if (other.length === 0 || one === other) return one;
  const all = new Set(one);
  for (const number of other) all.add(number);
  return all.size === one.length ? one : [...all].sort((a, b) => a - b);
}

const toldText = ({ from, to, provenance }: ToldFlow): string => `${from} ${to} ${provenance}`;

/** Each flow once. */
export const toldOnce = (told: readonly ToldFlow[]): ToldFlow[] => [...new Map(told.map((flow) => [toldText(flow), flow])).values()];

/** Pairs beyond which a job is kept as such, with its inputs and outputs, instead of each input with each output. */
const MOST_PAIRS = 1000;

/** Bits of `passages`: which end of a flow walks pass through. */
export const FROM_PASSAGE = 1;
export const TO_PASSAGE = 2;

export interface Pair {
  readonly from: number;
  readonly to: number;
  readonly passages: number;
}

/** Inputs x outputs; where these are too many, the job between them. */
export function pairsOf(job: number, inputs: readonly number[], outputs: readonly number[]): Pair[] {
  if (inputs.length * outputs.length <= MOST_PAIRS) return inputs.flatMap((from) => outputs.map((to) => ({ from, to, passages: 0 })));
  return [
    ...inputs.map((from) => ({ from, to: job, passages: TO_PASSAGE })),
    ...outputs.map((to) => ({ from: job, to, passages: FROM_PASSAGE })),
  ];
}
