import type { FlowGraph, Side, StoredFlow } from "./flow-graph";
import { isHidden, jobNode, type Question, shownJob } from "./question";

/** Flows from one node to another by one job, in one. */
export interface Edge {
  readonly from: number;
  readonly to: number;
  /** 0: none. */
  readonly job: number;
  /** Of what carries content; of a mere influence only where nothing does. */
  masking: boolean;
  indirect: boolean;
  since: number;
  until: number;
  readonly provenances: Set<StoredFlow["provenance"]>;
  readonly flows: Set<number>;
}

export interface Drawn {
  readonly edges: Edge[];
  /** Passages that are shown after all, since so much flows through them, and their depths. */
  readonly passages: ReadonlyMap<number, number>;
}

/** More edges through a passage are not drawn pair by pair. */
const MOST_PAIRS = 1_000;

/** All flows that hold among the nodes; where a job is shown, those to it and from it. */
export function drawEdges(graph: FlowGraph, question: Question, nodes: ReadonlyMap<number, number>): Drawn {
  const edges = new Edges();
  const through = new Set<number>();
  const has = (node: number): boolean => nodes.has(node);
  const draw = (flow: StoredFlow, job: number | undefined): void => {
    if (job === undefined) return void (has(flow.from) && has(flow.to) && edges.add(flow.from, flow.to, flow));
    if (!has(job)) return;
    if (has(flow.from)) edges.add(flow.from, job, flow);
    if (has(flow.to)) edges.add(job, flow.to, flow);
  };
  for (const side of sidesToDraw(question)) {
    for (const node of nodes.keys()) {
      graph.eachFlow(node, side, (flow, far) => {
        if (!question.holds(flow)) return;
        const job = shownJob(graph, question, flow, node, far);
        if (isHidden(graph, question, far) && !has(far)) through.add(far);
        if (job !== undefined || has(far)) draw(graph.flow(flow), job);
      });
    }
  }
  for (const flow of question.job?.flows ?? []) draw(flow, flow.from === question.job?.number || flow.to === question.job?.number ? undefined : jobNode(question, flow.job));
  const passages = new Map<number, number>();
  for (const passage of through) {
    const isFound = jobsBefore(question) ? () => true : has;
    const [into, outOf] = [flowsAt(graph, question, passage, "IN", isFound), flowsAt(graph, question, passage, "OUT", has)];
    if (into.length === 0 || outOf.length === 0) continue;
    if (into.length * outOf.length <= MOST_PAIRS) {
      for (const one of into) {
        // Between fields a passage is no job, and where jobs are shown, its own stands before it.
        const job = question.includeJobs && one.job !== 0 ? jobNode(question, one.job) : undefined;
        for (const other of outOf) if (job !== undefined || one.from !== other.to) draw(joined(one, other, passage), job);
      }
      continue;
    }
    passages.set(passage, Math.min(...outOf.map(({ to }) => nodes.get(to)!)));
    for (const flow of [...into.filter(({ from }) => has(from)), ...outOf]) edges.add(flow.from, flow.to, flow);
  }
  return { edges: edges.list(), passages };
}

/** One side finds all flows between nodes. Those to and from a job that is shown lie at the side of the walk. */
const sidesToDraw = ({ sides, includeJobs, job }: Question): readonly Side[] =>
  sides.length > 1 && !includeJobs && job === null ? ["OUT"] : sides;

/** Upstream, a job is shown even where what it reads is cut off. */
const jobsBefore = ({ includeJobs, sides }: Question): boolean => includeJobs && sides.includes("IN");

function flowsAt(graph: FlowGraph, question: Question, node: number, side: Side, has: (node: number) => boolean): StoredFlow[] {
  const found: StoredFlow[] = [];
  graph.eachFlow(node, side, (flow, far) => void (has(far) && question.holds(flow) && found.push(graph.flow(flow))));
  return found;
}

/** From one end of a passage to the other. That a field is within its dataset says nothing of the flow. */
function joined(one: StoredFlow, other: StoredFlow, passage: number): StoredFlow {
  if (other.provenance === "WITHIN") return { ...one, to: other.to };
  return {
    ...one,
    to: other.to,
    job: one.job === 0 ? passage : one.job,
    masking: one.masking || other.masking,
    since: Math.max(one.since, other.since),
    until: Math.min(one.until, other.until),
  };
}

class Edges {
  private readonly byEnds = new Map<string, Edge>();

  add(from: number, to: number, { id, job, masking, indirect, since, until, provenance }: StoredFlow): void {
    const key = `${from} ${to} ${job}`;
    const edge = this.byEnds.get(key);
    if (edge === undefined) {
      this.byEnds.set(key, { from, to, job, masking, indirect, since, until, provenances: new Set([provenance]), flows: new Set([id]) });
      return;
    }
    if (edge.indirect === indirect) edge.masking &&= masking;
    else if (edge.indirect) edge.masking = masking;
    edge.indirect &&= indirect;
    edge.since = Math.min(edge.since, since);
    edge.until = Math.max(edge.until, until);
    edge.provenances.add(provenance);
    edge.flows.add(id);
  }

  /** By their ends and job. */
  list(): Edge[] {
    return [...this.byEnds.values()].sort((one, other) => one.from - other.from || one.to - other.to || one.job - other.job);
  }
}
