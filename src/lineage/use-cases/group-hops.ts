import type { Reader } from "../../platform/database/sql";
import type { FlowGraph, Side, StoredFlow } from "../graph/flow-graph";
import { findHops } from "../graph/quotient";
import { openGraph } from "../storage/flow-graph-queries";
import { findGroups, type GroupLevel } from "../storage/membership-queries";
import { findNodeNumbers } from "../storage/node-queries";

type HopsOfGroup = ReadonlyMap<string, readonly StoredFlow[]>;

/** What flows between groups of datasets, found as it is asked for and kept for one walk. */
export class GroupHops {
  private readonly groups = new Map<number, readonly string[]>();
  private readonly members = new Map<string, readonly number[]>();
  private readonly known: Record<Side, Map<string, HopsOfGroup>> = { IN: new Map(), OUT: new Map() };

  constructor(
    private readonly reader: Reader,
    private readonly level: GroupLevel,
    private readonly holdsIn: (graph: FlowGraph) => (flow: number) => boolean,
  ) {}

  /** Ids of the groups of datasets. A dataset that belongs to none is one by itself where a walk begins there. */
  async groupsOf(numbers: readonly number[], idOf: (number: number) => string): Promise<string[]> {
    await this.learn(numbers);
    const groups = new Set<string>();
    for (const number of numbers) {
      const own = this.groups.get(number)!;
      for (const group of own) groups.add(group);
      if (own.length > 0) continue;
      groups.add(idOf(number));
      this.members.set(idOf(number), [number]);
    }
    return [...groups];
  }

  /** The groups next to each of these at a side of it, with the flows that come from there or lead there. */
  async next(groups: readonly string[], side: Side): Promise<ReadonlyMap<string, HopsOfGroup>> {
    const known = this.known[side];
    let asked = groups.filter((group) => !known.has(group));
    const strangers = asked.filter((group) => !this.members.has(group));
    if (strangers.length > 0) {
      const found = await findNodeNumbers(this.reader, strangers);
      for (const group of strangers) this.members.set(group, found.get(group) ?? []);
    }
    while (asked.length > 0) {
      const members = asked.flatMap((group) => this.members.get(group)!);
      const graph = await openGraph(this.reader, { table: "flows", from: members, sides: [side] });
      const unknown = new Set<number>();
      asked = asked.filter((id) => {
        const hops = findHops(graph, { id, members: this.members.get(id)! }, side, this.holdsIn(graph), (number) => this.groups.get(number));
        for (const number of hops.unknown) unknown.add(number);
        if (hops.unknown.size > 0) return true;
        known.set(id, new Map([...hops.flows].map(([group, flows]) => [group, flows.map((flow) => graph.flow(flow))])));
        return false;
      });
      await this.learn([...unknown]);
    }
    return known;
  }

  private async learn(numbers: readonly number[]): Promise<void> {
    const strangers = numbers.filter((number) => !this.groups.has(number));
    if (strangers.length === 0) return;
    for (const [number, groups] of await findGroups(this.reader, this.level, strangers)) this.groups.set(number, groups);
  }
}
