import type { FlowGraph, Side } from "./flow-graph";
import { type Marks, UNREACHED } from "./marks";
import { NumberList } from "./number-list";
import { endsOf, isHidden, jobNode, type Question, shownJob } from "./question";

/** One direction of a walk, level by level. */
export class SideWalk {
  private readonly jobs = new Map<number, number>();
  private readonly levels = new Levels();
  private readonly jobLevels = new Levels();
  private readonly shown = new NumberList();
  readonly showsJobs: boolean;
  /** The steps of `question` ended before its flows. */
  isCut = false;
  /** The node whose flows are followed, its depth, and whether it is those that are no step. */
  private near = 0;
  private depth = 0;
  private isFreeStep = false;

  /** `depths`: of nodes and passages, in steps. */
  constructor(
    private readonly graph: FlowGraph,
    private readonly question: Question,
    readonly side: Side,
    private readonly depths: Marks,
  ) {
    this.showsJobs = question.includeJobs || question.job !== null;
    for (const start of question.starts) this.reach(graph.root(start), 0);
    if (question.job === null) return;
    this.reachJob(jobNode(question, question.job.number), 0);
    for (const end of endsOf(question.job, side)) this.reach(graph.root(end), 1);
  }

  /** Whether there is nothing at this depth or further on. */
  isDone(depth: number): boolean {
    return depth > 0 && depth > this.levels.deepest && depth > this.jobLevels.deepest;
  }

  /** All nodes at a depth that are shown; the levels before must have been walked beyond. */
  nodesAt(depth: number): Int32Array {
    const { graph, question, depths, shown } = this;
    shown.clear();
    const jobs = this.jobLevels.at(depth);
    for (let place = 0; place < jobs.length; place += 1) if (this.jobs.get(jobs.at(place)) === depth) shown.push(jobs.at(place));
    // It grows by what passages lead to.
    const level = this.levels.at(depth);
    for (let place = 0; place < level.length; place += 1) {
      const node = level.at(place);
      if (depths.depthOf(node) !== depth) continue;
      if (question.ofFields || graph.isPassage(node)) this.step(node, depth, true);
      if (!isHidden(graph, question, node)) shown.push(node);
    }
    return shown.copy();
  }

  walkBeyond(depth: number): void {
    const level = this.levels.at(depth);
    for (let place = 0; place < level.length; place += 1) if (this.depths.depthOf(level.at(place)) === depth) this.step(level.at(place), depth, false);
    level.clear();
    this.jobLevels.at(depth).clear();
  }

  /** Where a node lies in this direction, in steps. */
  depthOf(node: number): number {
    return this.depths.depthOf(node);
  }

  /** The same of what is shown, jobs too. */
  shownAt(node: number): number {
    const depth = this.depths.depthOf(node);
    const shown = depth === UNREACHED || isHidden(this.graph, this.question, node) ? UNREACHED : depth;
    return this.jobs.size === 0 ? shown : Math.min(shown, this.jobs.get(node) ?? UNREACHED);
  }

  private reach(node: number, depth: number): void {
    if (this.depths.depthOf(node) <= depth) return;
    if (depth > this.question.depth) return void (this.isCut = true);
    this.depths.set(node, depth);
    this.levels.push(node, depth);
  }

  private reachJob(job: number, depth: number): void {
    if ((this.jobs.get(job) ?? UNREACHED) <= depth) return;
    if (depth > this.question.depth) return void (this.isCut = true);
    this.jobs.set(job, depth);
    this.jobLevels.push(job, depth);
  }

  private step(node: number, depth: number, isFreeStep: boolean): void {
    this.near = node;
    this.depth = depth;
    this.isFreeStep = isFreeStep;
    this.graph.eachFlow(node, this.side, this.follow);
  }

  /** One for all flows of the walk, most of which lead to where it has been. */
  private readonly follow = (flow: number, far: number): void => {
    const { graph, question, near, depth } = this;
    const beyond = this.isFreeStep ? depth : depth + 1;
    if (!this.showsJobs && this.depths.depthOf(far) <= beyond) return;
    if (!question.holds(flow) || this.isFree(flow, near, far) !== this.isFreeStep) return;
    const job = this.showsJobs && !this.isFreeStep ? shownJob(graph, question, flow, near, far) : undefined;
    if (job === undefined) return this.reach(far, beyond);
    this.reachJob(job, beyond);
    this.reach(far, beyond + 1);
  };

  /** The way through a passage is one step, which is counted where it begins; so is that from a whole dataset to its fields, which is none. */
  private isFree(flow: number, near: number, far: number): boolean {
    const { graph, question, side } = this;
    if (!question.ofFields) return !question.includeJobs && graph.isPassage(near);
    return graph.isPassage(side === "OUT" ? near : far) && graph.flow(flow).provenance === "WITHIN";
  }
}

/** What waits at the depths ahead: no flow leads further than two steps, to a job and beyond it. */
class Levels {
  deepest = -1;
  private readonly ahead = [new NumberList(), new NumberList(), new NumberList()] as const;

  at(depth: number): NumberList {
    return this.ahead[depth % 3]!;
  }

  push(node: number, depth: number): void {
    if (depth > this.deepest) this.deepest = depth;
    this.at(depth).push(node);
  }
}
