import type { FlowGraph, Side, StoredFlow } from "./flow-graph";

/** What a walk is asked for. */
export interface Question {
  /** Nodes where it begins; they are shown and not counted. */
  readonly starts: readonly number[];
  /** A job where it begins. */
  readonly job: StartingJob | null;
  /** IN is upstream. Of two, what lies upstream and what lies downstream, each walked straight on. */
  readonly sides: readonly Side[];
  /** Steps: from node to node, or to the job between them where jobs are shown. */
  readonly depth: number;
  /** Nodes, the nearest; of those as near, the oldest. */
  readonly first: number;
  /** Whether a flow is in the picture that is looked at. */
  readonly holds: (flow: number) => boolean;
  /** The graph is that of fields: jobs are no numbers in it, and go by theirs negated. */
  readonly ofFields: boolean;
  readonly includeJobs: boolean;
}

export interface StartingJob {
  readonly number: number;
  /** Those that hold. */
  readonly flows: readonly StoredFlow[];
}

/** As which node a job is shown. */
export const jobNode = ({ ofFields }: Pick<Question, "ofFields">, job: number): number => (ofFields ? -job : job);

/** The job that is shown between the ends of a flow, as a node; undefined: none. Where an end is a passage, it is the job itself. */
export function shownJob(graph: FlowGraph, question: Question, flow: number, near: number, far: number): number | undefined {
  if (!question.includeJobs && question.job === null) return undefined;
  if (!question.ofFields && (graph.isPassage(near) || graph.isPassage(far))) return undefined;
  const { job } = graph.flow(flow);
  return job !== 0 && (question.includeJobs || job === question.job?.number) ? jobNode(question, job) : undefined;
}

/** Whether a node is only walked through. */
export const isHidden = (graph: FlowGraph, { ofFields, includeJobs }: Question, node: number): boolean =>
  graph.isPassage(node) && (ofFields || !includeJobs);

/** Ends of the starting job's flows at a side of it. */
export const endsOf = ({ number, flows }: StartingJob, side: Side): number[] =>
  [...new Set(flows.map(({ from, to }) => (side === "OUT" ? to : from)))].filter((end) => end !== number);
