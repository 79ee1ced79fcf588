import { CompressedGraph } from "../../src/lineage/graph/compressed-graph";
import { drawEdges } from "../../src/lineage/graph/draw-edges";
import { type FlowBatch, FROM_IS_PASSAGE, TO_IS_PASSAGE } from "../../src/lineage/graph/flow-batch";
import { PathFinder } from "../../src/lineage/graph/paths";
import type { Question } from "../../src/lineage/graph/question";
import { walk } from "../../src/lineage/graph/walk";

type Row = readonly [from: number, to: number, bits?: number];
const batchOf = (rows: readonly Row[]): FlowBatch => ({
  count: rows.length,
  id: Int32Array.from(rows, (_, place) => place + 1),
  from: Int32Array.from(rows, ([from]) => from),
  to: Int32Array.from(rows, ([, to]) => to),
  job: new Int32Array(rows.length),
  since: new Float64Array(rows.length),
  until: new Float64Array(rows.length).fill(Infinity),
  bits: Uint8Array.from(rows, ([, , bits]) => bits ?? 0),
});
function graphOf(rows: readonly Row[]): CompressedGraph {
  const graph = new CompressedGraph("flows");
  graph.apply(batchOf(rows));
  return graph;
}
const asked = (question: Partial<Question>): Question => ({
  starts: [1], job: null, sides: ["OUT"], depth: 10, first: 1_000, holds: () => true, ofFields: false, includeJobs: false, ...question,
});

const HUB = 1_000_000;
/** A hub from the first numbers to those after 100,000, all of which flow into 999,999. */
const hub = (width: number): Row[] => Array.from({ length: width }, (_, place): Row[] => [
  [place + 1, HUB, TO_IS_PASSAGE], [HUB, 100_001 + place, FROM_IS_PASSAGE], [100_001 + place, 999_999],
]).flat();

test("through a hub, flows are drawn from each end to each while these are few, else to it and from it", () => {
  for (const [width, edges, passages] of [[31, 31 * 31 + 31, []], [32, 3 * 32, [[HUB, 1]]]] as const) {
    const graph = graphOf(hub(width));
    const question = asked({ starts: [999_999], sides: ["IN"] });
    const { nodes } = walk(graph, question);
    expect(nodes.size).toBe(1 + 2 * width);
    const drawn = drawEdges(graph, question, nodes);
    expect([drawn.edges.length, [...drawn.passages]]).toEqual([edges, passages]);
  }
});

test("a flow through a hub holds while both of its parts do", () => {
  const graph = new CompressedGraph("flows");
  graph.apply({ ...batchOf([[1, HUB, TO_IS_PASSAGE], [HUB, 2, FROM_IS_PASSAGE]]), since: Float64Array.of(3, 5), until: Float64Array.of(9, Infinity) });
  const [edge] = drawEdges(graph, asked({}), new Map([[1, 0], [2, 1]])).edges;
  expect(edge).toMatchObject({ from: 1, to: 2, job: HUB, since: 5, until: 9 });
});

test("a hub that is shown upstream is cut downstream, where a node beside it flows through it to what is not shown", () => {
  const graph = graphOf([[1, 2], [2, HUB, TO_IS_PASSAGE], [HUB, 1, FROM_IS_PASSAGE], [HUB, 3, FROM_IS_PASSAGE]]);
  const { nodes, truncatedAt } = walk(graph, asked({ sides: ["IN", "OUT"], depth: 1, includeJobs: true }));
  expect([[...nodes.keys()], truncatedAt]).toEqual([[1, 2, HUB], [HUB]]);
});

test("10,000 inputs and outputs of a hub are walked once, not pair by pair", () => {
  const graph = graphOf(hub(10_000));
  let looks = 0;
  const question = asked({ starts: [999_999], sides: ["IN"], first: 100_000, holds: () => (looks += 1) > 0 });
  const { nodes, truncatedAt } = walk(graph, question);
  expect([nodes.size, truncatedAt.length, drawEdges(graph, question, nodes).edges.length]).toEqual([20_001, 0, 30_000]);
  expect(looks).toBeLessThan(500_000);
  expect([...new PathFinder(graph, () => true, new Set([999_999])).shortest([1])].length).toBe(10_000);
});

test("what is compressed and what came since is one graph, and taking rows again changes nothing", () => {
  const rows: Row[] = Array.from({ length: 40_000 }, (_, place) => [place % 200 + 1, place % 977 + 300]);
  const whole = graphOf(rows);
  const grown = new CompressedGraph("flows");
  const all = batchOf(rows);
  const part = (begin: number, end: number): FlowBatch => ({
    count: end - begin, id: all.id.subarray(begin, end), from: all.from.subarray(begin, end), to: all.to.subarray(begin, end), job: all.job.subarray(begin, end),
    since: all.since.subarray(begin, end), until: all.until.subarray(begin, end), bits: all.bits.subarray(begin, end),
  });
  grown.load(part(0, 10_000));
  grown.compress();
  for (let begin = 9_000; begin < rows.length; begin += 1_000) grown.apply(part(begin, begin + 1_000));
  const seen = (graph: CompressedGraph, node: number): number[] => {
    const found: number[] = [];
    for (const side of ["OUT", "IN"] as const) graph.eachFlow(node, side, (flow, far) => void found.push(graph.flow(flow).id, far));
    return found.sort((one, other) => one - other);
  };
  expect(grown.count).toBe(rows.length);
  for (let node = 1; node < 1_300; node += 1) expect(seen(grown, node)).toEqual(seen(whole, node));
});
