import type { FlowGraph, Side } from "./flow-graph";
import { GatheredFlows } from "./gathered-flows";
import { type Marks, UNREACHED } from "./marks";
import { NumberList } from "./number-list";
import { endsOf, isHidden, jobNode, type Question, shownJob } from "./question";

/** One direction of a walk, level by level. */
export class SideWalk {
  private readonly jobs = new Map<number, number>();
  private readonly levels = new Levels();
  private readonly jobLevels = new Levels();
  private readonly shown = new NumberList();
  private readonly gathered = new GatheredFlows();
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
    const level = this.levels.at(depth);
    // Flows lie in memory by the nodes that they leave.
    level.sort();
    // It grows by what passages lead to.
    for (let place = 0; place < level.length; place += 1) {
      const node = level.at(place);
      if (depths.depthOf(node) !== depth) continue;
      if (question.ofFields || graph.isPassage(node)) this.stepFreely(node, depth);
      if (!isHidden(graph, question, node)) shown.push(node);
    }
    return shown.copy();
  }

  walkBeyond(depth: number): void {
    const { levels, gathered, depths } = this;
    const level = levels.at(depth);
    gathered.clear();
    for (let place = 0; place < level.length; place += 1) {
      const node = level.at(place);
      if (depths.depthOf(node) === depth) gathered.gather(this.graph, node, this.side);
    }
    level.clear();
    this.jobLevels.at(depth).clear();
    this.depth = depth;
    this.isFreeStep = false;
    for (let place = 0; place < gathered.count; place += 1) {
      const far = gathered.far(place);
      if (!this.mayLower(far, depth + 1)) continue;
      this.near = gathered.near(place);
      this.follow(gathered.flow(place), far);
    }
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

  /** Follows the flows that are no step. */
  private stepFreely(node: number, depth: number): void {
    this.near = node;
    this.depth = depth;
    this.isFreeStep = true;
    this.graph.eachFlow(node, this.side, this.follow);
  }

  /** Whether a flow to a node may tell anything new; most lead to where the walk has been. */
  private mayLower(far: number, depth: number): boolean {
    return this.showsJobs || this.depths.depthOf(far) > depth;
  }

  /** One for all flows of the walk. */
  private readonly follow = (flow: number, far: number): void => {
    const { graph, question, near, isFreeStep } = this;
    const depth = isFreeStep ? this.depth : this.depth + 1;
    if (!this.mayLower(far, depth) || !question.holds(flow) || this.isFree(flow, near, far) !== isFreeStep) return;
    const job = this.showsJobs && !isFreeStep ? shownJob(graph, question, flow, near, far) : undefined;
    if (job === undefined) return this.reach(far, depth);
    this.reachJob(job, depth);
    this.reach(far, depth + 1);
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
