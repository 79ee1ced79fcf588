import type { Reader } from "../../platform/database/sql";
import { badInput, notFound } from "../../platform/errors";
import { drawEdges, type Edge } from "../graph/draw-edges";
import type { FlowGraph, Side } from "../graph/flow-graph";
import { standsAt } from "../graph/now";
import { endsOf, jobNode, type Question, type StartingJob } from "../graph/question";
import { walk } from "../graph/walk";
import type { LineageEdge, LineageGraph } from "../lineage-model";
import { openGraph } from "../storage/flow-graph-queries";
import { findJobFlows } from "../storage/job-flow-queries";
import { findFieldIds, findNodeIds } from "../storage/node-queries";
import { findBeginning, type Level } from "./find-beginning";
import { readGroupLineage } from "./read-group-lineage";

export interface ReadLineage {
  readonly of: string;
  readonly direction: "UPSTREAM" | "DOWNSTREAM" | "BOTH";
  readonly level: Level;
  /** At least 1; without a maximum. */
  readonly depth: number;
  /** At least 0; without a maximum. What is asked about does not count. */
  readonly first: number;
  /** Null: now, with what is yet to come. */
  readonly asOf: Date | null;
  readonly includeJobs: boolean;
}

const SIDES: Record<ReadLineage["direction"], readonly Side[]> = { UPSTREAM: ["IN"], DOWNSTREAM: ["OUT"], BOTH: ["IN", "OUT"] };

/**
 * What lies upstream or downstream of something in the picture, nearest first, and all flows among that. Of an entity or service at a finer level,
 * it begins at all its datasets or their fields; of a dataset or field at a coarser one, at what it belongs to.
 * Refuses ids that are none (BAD_USER_INPUT) or name nothing known (NOT_FOUND), and a job at another level than DATASET (BAD_USER_INPUT).
 */
export async function readLineage(reader: Reader, query: ReadLineage): Promise<LineageGraph> {
  if (query.depth < 0) throw badInput("depth: must not be negative");
  if (query.first < 0) throw badInput("first: must be at least 0");
  const holdsIn = pictureAt(query.asOf, reader.clock.now());
  const { level, depth, first } = query;
  const sides = SIDES[query.direction];
  if (level === "ENTITY" || level === "SERVICE") return readGroupLineage(reader, { of: query.of, level, sides, depth, first, holdsIn });

  const beginning = await findBeginning(reader, query.of, level);
  if (beginning === undefined) throw notFound("of: nothing of this id is known");
  const job = beginning.job === null ? null : await startingJob(reader, beginning.job, query.asOf);
  const ofFields = level === "FIELD";
  const table = ofFields ? "field_flows" : "flows";
  const ends = job === null ? [] : [job.number, ...sides.flatMap((side) => endsOf(job, side))];
  const graph = await openGraph(reader, { table, from: [...beginning.numbers, ...ends], sides, depth: Math.min(depth, DEEPEST) });
  const question: Question = { starts: beginning.numbers, job, sides, depth, first, holds: holdsIn(graph), ofFields, includeJobs: query.includeJobs };
  return show(reader, graph, question, beginning.alone);
}

/** As good as without end, and a number that PostgreSQL takes. */
const DEEPEST = 2 ** 31 - 1;

/** Whether flows are in the picture at an instant; without one, now or later. */
const pictureAt =
  (asOf: Date | null, now: Date) =>
  (graph: FlowGraph): ((flow: number) => boolean) => {
    if (asOf === null) return (flow) => standsAt(graph, flow, now.getTime());
    const at = asOf.getTime();
    return (flow) => graph.since(flow) <= at && at < graph.until(flow);
  };

async function startingJob(reader: Reader, number: number, asOf: Date | null): Promise<StartingJob> {
  const at = (asOf ?? reader.clock.now()).getTime();
  const flows = await findJobFlows(reader, number);
  return { number, flows: flows.filter(({ since, until }) => at < until && (asOf === null ? since < until : since <= at)) };
}

/** The walk by public ids. `alone`: the id that is shown where nothing is known to flow there. */
async function show(reader: Reader, graph: FlowGraph, question: Question, alone: string | null): Promise<LineageGraph> {
  const { nodes, truncatedAt } = walk(graph, question);
  const { edges, passages } = drawEdges(graph, question, nodes);
  const all = [...nodes, ...passages].sort(([one, depth], [other, otherDepth]) => depth - otherDepth || one - other);
  const jobs = edges.map(({ job }) => job).filter((job) => job !== 0);
  const ids = await findIds(reader, question.ofFields, all.map(([node]) => node), jobs);
  const shown = all.flatMap(([node, depth]) => (ids.has(node) ? [{ id: ids.get(node)!, depth }] : []));
  return {
    nodes: alone === null || shown.some(({ depth }) => depth === 0) ? shown : [{ id: alone, depth: 0 }, ...shown],
    edges: edges.map((edge) => toLineageEdge(edge, question, ids)),
    truncatedAt: truncatedAt.map((node) => ids.get(node)!),
  };
}

async function findIds(reader: Reader, ofFields: boolean, nodes: readonly number[], jobs: readonly number[]): Promise<Map<number, string>> {
  if (!ofFields) return findNodeIds(reader, [...new Set([...nodes, ...jobs])]);
  const [fields, named] = await Promise.all([findFieldIds(reader, nodes.filter((node) => node > 0)), findNodeIds(reader, [...new Set(jobs)])]);
  for (const [job, id] of named) fields.set(jobNode({ ofFields }, job), id);
  return fields;
}

const toLineageEdge = (edge: Edge, { ofFields }: Question, ids: ReadonlyMap<number, string>): LineageEdge => ({
  from: ids.get(edge.from)!,
  to: ids.get(edge.to)!,
  job: ids.get(jobNode({ ofFields }, edge.job)) ?? null,
  masking: edge.masking,
  validFrom: new Date(edge.since),
  validTo: edge.until === Infinity ? null : new Date(edge.until),
  provenance: [...edge.provenances].sort(),
  ...(ofFields && { fieldFlows: [...edge.flows] }),
});
