import type { Side, StoredFlow } from "../graph/flow-graph";
import type { GroupHops } from "./group-hops";

interface GroupQuestion {
  readonly starts: readonly string[];
  readonly sides: readonly Side[];
  readonly depth: number;
  readonly first: number;
}

interface GroupEdge {
  readonly from: string;
  readonly to: string;
  readonly flows: readonly StoredFlow[];
}

interface GroupsWalked {
  /** Depths by group, by depth, then id. */
  readonly nodes: ReadonlyMap<string, number>;
  readonly edges: readonly GroupEdge[];
  readonly truncatedAt: readonly string[];
}

/** As a walk of datasets, over groups of them. */
export async function walkGroups(hops: GroupHops, { starts, sides, depth, first }: GroupQuestion): Promise<GroupsWalked> {
  const nodes = new Map([...starts].sort().map((start) => [start, 0]));
  const reached = sides.map((side) => ({ side, all: new Set(starts), level: [...starts] }));
  let room = first;
  for (let at = 1; at <= depth && room >= 0 && reached.some(({ level }) => level.length > 0); at += 1) {
    for (const walking of reached) {
      const next = await hops.next(walking.level, walking.side);
      walking.level = [...new Set(walking.level.flatMap((group) => [...next.get(group)!.keys()]))].filter((group) => !walking.all.has(group));
      for (const group of walking.level) walking.all.add(group);
    }
    const level = [...new Set(reached.flatMap((walking) => walking.level))].filter((group) => !nodes.has(group)).sort();
    for (const group of level.slice(0, room)) nodes.set(group, at);
    room -= level.length;
  }
  const truncated = new Set<string>();
  for (const { side, all } of reached) {
    const shown = [...nodes.keys()].filter((group) => all.has(group));
    const next = await hops.next(shown, side);
    for (const group of shown) if ([...next.get(group)!.keys()].some((far) => !nodes.has(far))) truncated.add(group);
  }
  const leaving = await hops.next([...nodes.keys()], "OUT");
  const edges = [...nodes.keys()].flatMap((from) =>
    [...leaving.get(from)!].filter(([to]) => nodes.has(to)).map(([to, flows]) => ({ from, to, flows })),
  );
  return { nodes, edges, truncatedAt: [...nodes.keys()].filter((group) => truncated.has(group)) };
}
