import type { Reader } from "../../platform/database/sql";
import { badInput, notFound } from "../../platform/errors";
import { standsAt } from "../graph/now";
import { PathFinder } from "../graph/paths";
import { openGraph } from "../storage/flow-graph-queries";
import { findFieldIds, findNodeIds } from "../storage/node-queries";
import { findBeginning } from "./find-beginning";

export interface ReadPaths {
  readonly from: string;
  readonly to: string;
  readonly mode: "SHORTEST" | "ALL";
  /** At least 0; without a maximum. */
  readonly first: number;
}

/**
 * Ways in the present picture from one thing to another, as ids from end to end: between fields where one of them is a field, else between
 * datasets; of an entity or service from, or to, any of its datasets. Refuses ids that are none, jobs (BAD_USER_INPUT), and unknown ones (NOT_FOUND).
 */
export async function readPaths(reader: Reader, { from, to, mode, first }: ReadPaths): Promise<string[][]> {
  if (first < 0) throw badInput("first: must be at least 0");
  const ofFields = from.includes("#") || to.includes("#");
  const [sources, targets] = await Promise.all([numbersOf(reader, "from", from, ofFields), numbersOf(reader, "to", to, ofFields)]);
  const table = ofFields ? "field_flows" : "flows";
  const graph = await openGraph(reader, { table, from: sources, sides: ["OUT"] });
  const now = reader.clock.now().getTime();
  const finder = new PathFinder(graph, (flow) => standsAt(graph, flow, now), new Set(targets.map((target) => graph.root(target))));
  const starts = sources.map((source) => graph.root(source));
  const paths: number[][] = [];
  if (first > 0) {
    for (const path of mode === "SHORTEST" ? finder.shortest(starts) : finder.simple(starts)) if (paths.push(path) === first) break;
  }
  const nodes = [...new Set(paths.flat())];
  const ids = await (ofFields ? findFieldIds(reader, nodes) : findNodeIds(reader, nodes));
  return paths.map((path) => path.map((node) => ids.get(node)!));
}

async function numbersOf(reader: Reader, argument: string, id: string, ofFields: boolean): Promise<readonly number[]> {
  const beginning = await findBeginning(reader, id, ofFields ? "FIELD" : "DATASET");
  if (beginning === undefined) throw notFound(`${argument}: nothing of this id is known`);
  if (beginning.job !== null) throw badInput(`${argument}: paths lead between datasets or fields, not jobs`);
  return beginning.numbers;
}
