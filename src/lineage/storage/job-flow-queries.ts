import type { Reader } from "../../platform/database/sql";
import { CompressedGraph } from "../graph/compressed-graph";
import type { StoredFlow } from "../graph/flow-graph";
import { type PackedFlows, type PackedIdentities, packedFlows, packedIdentities, unpackFlows, unpackIdentities } from "./flow-batch-rows";

/** All flows of the picture by a job, whenever they held, by the roots of their ends. */
export async function findJobFlows(reader: Reader, job: number): Promise<StoredFlow[]> {
  const [row] = await reader.query<PackedFlows & PackedIdentities>(
    "findJobFlows",
    `with flow as materialized (select * from flows f where f.job_id = $1 and f.job_id <> 0)
     select c.*, i.* from (select ${packedFlows("flows")} from flow f) as c
     cross join (
       select ${packedIdentities("own.dataset_id", "own.root_id")} from (select from_id from flow union select to_id from flow) as ends (id)
       join dataset_identities own on own.dataset_id = ends.id and own.root_id <> own.dataset_id
     ) as i`,
    [job],
  );
  const graph = new CompressedGraph("flows");
  graph.identify(unpackIdentities(row!));
  graph.apply(unpackFlows(row!));
  return graph.flows();
}
