import type { FlowGraph, Side } from "./flow-graph";
import { NumberList } from "./number-list";

/**
 * Flows at one side of many nodes. A walk that first gathers a whole level's and then looks where they lead waits far less for memory than
 * one that does both for each flow.
 */
export class GatheredFlows {
  private readonly numbers = new NumberList();
  private readonly fars = new NumberList();
  private readonly nears = new NumberList();
  private from = 0;

  get count(): number {
    return this.numbers.length;
  }

  flow(place: number): number {
    return this.numbers.at(place);
  }

  far(place: number): number {
    return this.fars.at(place);
  }

  /** The node for which it was gathered. */
  near(place: number): number {
    return this.nears.at(place);
  }

  gather(graph: FlowGraph, node: number, side: Side): void {
    this.from = node;
    graph.eachFlow(node, side, this.add);
  }

  clear(): void {
    this.numbers.clear();
    this.fars.clear();
    this.nears.clear();
  }

  private readonly add = (flow: number, far: number): void => {
    this.numbers.push(flow);
    this.fars.push(far);
    this.nears.push(this.from);
  };
}
