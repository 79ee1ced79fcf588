import type { FlowGraph, Side } from "./flow-graph";
import { endsOf, isHidden, jobNode, type Question, shownJob } from "./question";

/** One direction of a walk, level by level. */
export class SideWalk {
  /** Of nodes and passages, in steps. */
  private readonly depths = new Map<number, number>();
  private readonly jobs = new Map<number, number>();
  private readonly levels: number[][] = [];

  constructor(
    private readonly graph: FlowGraph,
    private readonly question: Question,
    readonly side: Side,
  ) {
    for (const start of question.starts) this.reach(graph.root(start), 0);
    if (question.job === null) return;
    this.jobs.set(jobNode(question, question.job.number), 0);
    for (const end of endsOf(question.job, side)) this.reach(graph.root(end), 1);
  }

  /** Whether there is nothing at this depth or further on. */
  isDone(depth: number): boolean {
    return depth > 0 && depth >= this.levels.length;
  }

  /** All nodes at a depth that are shown; the levels before must have been walked beyond. */
  *nodesAt(depth: number): Generator<number> {
    const level = this.levels[depth] ?? [];
    for (const node of level) {
      if (this.depths.get(node) !== depth) continue;
      if (this.question.ofFields || this.graph.isPassage(node)) this.step(node, depth, 0);
      if (!isHidden(this.graph, this.question, node)) yield node;
    }
    for (const [job, at] of this.jobs) if (at === depth) yield job;
  }

  walkBeyond(depth: number): void {
    for (const node of this.levels[depth] ?? []) if (this.depths.get(node) === depth) this.step(node, depth, 1);
  }

  /** Where a node lies in this direction, in steps. */
  depthOf(node: number): number | undefined {
    return this.depths.get(node);
  }

  private reach(node: number, depth: number): void {
    if (depth > this.question.depth || (this.depths.get(node) ?? Infinity) <= depth) return;
    this.depths.set(node, depth);
    this.level(depth).push(node);
  }

  private reachJob(job: number, depth: number): void {
    if (depth > this.question.depth || (this.jobs.get(job) ?? Infinity) <= depth) return;
    this.jobs.set(job, depth);
    this.level(depth);
  }

  private level(depth: number): number[] {
    while (this.levels.length <= depth) this.levels.push([]);
    return this.levels[depth]!;
  }

  private step(node: number, depth: number, atLeast: 0 | 1): void {
    const { graph, question, side } = this;
    graph.eachFlow(node, side, (flow, far) => {
      if (!question.holds(flow)) return;
      const free = this.isFree(flow, node, far);
      if (free !== (atLeast === 0)) return;
      if (free) return this.reach(far, depth);
      const job = shownJob(graph, question, flow, node, far);
      if (job === undefined) return this.reach(far, depth + 1);
      this.reachJob(job, depth + 1);
      this.reach(far, depth + 2);
    });
  }

  /** The way through a passage is one step, which is counted where it begins; so is that from a whole dataset to its fields, which is none. */
  private isFree(flow: number, near: number, far: number): boolean {
    const { graph, question, side } = this;
    if (!question.ofFields) return graph.isPassage(near) && !question.includeJobs;
    return graph.isPassage(side === "OUT" ? near : far) && graph.flow(flow).provenance === "WITHIN";
  }
}
