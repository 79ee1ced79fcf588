import type { Reader } from "../../platform/database/sql";
import { badInput } from "../../platform/errors";
import type { LineageDiff, LineageEdge, LineageGraph } from "../lineage-model";
import type { Level } from "./find-beginning";
import { readLineage } from "./read-lineage";

export interface ReadLineageDiff {
  readonly of: string;
  readonly from: Date;
  readonly to: Date;
}

/** Nodes on either side of each instant. */
const FIRST = 1_000;

/**
 * What came and what went around something between two instants, upstream and downstream, at the level of what it is.
 * Refuses as `readLineage`, and where the second instant lies before the first (BAD_USER_INPUT).
 */
export async function readLineageDiff(reader: Reader, { of, from, to }: ReadLineageDiff): Promise<LineageDiff> {
  if (from > to) throw badInput("from: must not lie after to");
  const pictureAt = (asOf: Date): Promise<LineageGraph> =>
    readLineage(reader, { of, asOf, direction: "BOTH", level: levelOf(of), depth: Infinity, first: FIRST, includeJobs: false });
  const [before, after] = [await pictureAt(from), await pictureAt(to)];
  return {
    addedNodes: nodesBeyond(after, before),
    removedNodes: nodesBeyond(before, after),
    addedEdges: edgesBeyond(after, before),
    removedEdges: edgesBeyond(before, after),
    truncatedAt: [...new Set([...before.truncatedAt, ...after.truncatedAt])],
  };
}

function levelOf(id: string): Level {
  if (id.includes("#")) return "FIELD";
  if (id.startsWith("entity:")) return "ENTITY";
  return id.startsWith("service:") ? "SERVICE" : "DATASET";
}

function nodesBeyond(one: LineageGraph, other: LineageGraph): string[] {
  const known = new Set(other.nodes.map(({ id }) => id));
  return one.nodes.map(({ id }) => id).filter((id) => !known.has(id));
}

function edgesBeyond(one: LineageGraph, other: LineageGraph): LineageEdge[] {
  const key = ({ from, to, job }: LineageEdge): string => JSON.stringify([from, to, job]);
  const known = new Set(other.edges.map(key));
  return one.edges.filter((edge) => !known.has(key(edge)));
}
