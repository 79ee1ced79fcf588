import { findTruncated } from "./find-truncated";
import type { FlowGraph } from "./flow-graph";
import { withMarks } from "./marks";
import type { Question } from "./question";
import { SideWalk } from "./side-walk";

/** What a walk found. */
export class Walked {
  private byNode: Map<number, number> | undefined;
  /** Those of which more flows, in the direction of the walk, lead to nodes that are not shown. */
  truncatedAt: readonly number[] = [];

  /** `levels`: the nodes that are shown, by depth, ascending. */
  constructor(readonly levels: readonly Int32Array[]) {}

  /** Depths of the nodes, by depth, then number: made where it is asked for. */
  get nodes(): ReadonlyMap<number, number> {
    if (this.byNode !== undefined) return this.byNode;
    const nodes = new Map<number, number>();
    this.levels.forEach((level, depth) => {
      for (const node of level) nodes.set(node, depth);
    });
    return (this.byNode = nodes);
  }
}

/** Walks breadth first, in each direction by itself, until nothing is left, or `depth` or `first` is reached. */
export const walk = (graph: FlowGraph, question: Question): Walked =>
  withMarks(question.sides.length, (marks) => {
    const sides = question.sides.map((side, index) => new SideWalk(graph, question, side, marks[index]!));
    const levels: Int32Array[] = [];
    let room = question.first;
    let depth = 0;
    for (; room >= 0 && depth <= question.depth && !sides.every((side) => side.isDone(depth)); depth += 1) {
      const level = levelAt(sides, depth);
      levels.push(depth === 0 || level.length <= room ? level : level.subarray(0, room));
      if (depth > 0) room -= level.length;
      if (room >= 0) for (const side of sides) side.walkBeyond(depth);
    }
    const walked = new Walked(levels);
    const isCut = room < 0 || sides.some((side) => side.isCut);
    if (isCut) walked.truncatedAt = findTruncated(graph, question, sides, walked.nodes, levels.length - 1);
    return walked;
  });

/** What is shown at a depth, and nearer in no direction. */
function levelAt(sides: readonly SideWalk[], depth: number): Int32Array {
  const [side, other] = sides;
  if (side !== undefined && other === undefined && !side.showsJobs) return side.nodesAt(depth).sort();
  // A node may lie in both directions, and be a job as well as what flows pass through.
  const found = sides.flatMap((each) => [...each.nodesAt(depth)]).filter((node) => sides.every((each) => each.shownAt(node) >= depth));
  return Int32Array.from(new Set(found)).sort();
}
