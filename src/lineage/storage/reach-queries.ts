import type { Reader } from "../../platform/database/sql";
import { CompressedGraph } from "../graph/compressed-graph";
import { FROM_IS_PASSAGE, TO_IS_PASSAGE } from "../graph/flow-batch";
import type { FlowTable, Reach, Side } from "../graph/flow-graph";
import { type PackedFlows, type PackedIdentities, packedFlows, packedIdentities, unpackFlows, unpackIdentities } from "./flow-batch-rows";

/** Deeper walks are searched without counting steps: a node would be visited again at each depth. */
const COUNTED_DEPTH = 6;

/** Other numbers of a node, and its root: of a dataset as merging says, of a field the oldest node of that name in any of the dataset's names. */
const IDENTITY: Record<FlowTable, { readonly others: (root: string) => string; readonly root: (number: string) => string }> = (() => {
  const datasets = {
    others: (root: string) => `select other.dataset_id from dataset_identities other where other.root_id = ${root} and other.dataset_id <> ${root}`,
    root: (number: string) => `coalesce((select own.root_id from dataset_identities own where own.dataset_id = ${number}), ${number})`,
  };
  const namesakes = (node: string): string => `field_nodes own
      left join dataset_identities i on i.dataset_id = own.dataset_id
      cross join lateral (
        select coalesce(i.root_id, own.dataset_id) as id
        union all select other.dataset_id from dataset_identities other where other.root_id = coalesce(i.root_id, own.dataset_id) and other.dataset_id <> other.root_id
      ) as dataset
      join field_nodes namesake on namesake.dataset_id = dataset.id and namesake.name = own.name
    where own.id = ${node}`;
  const fields = {
    others: (root: string) => `select namesake.id from ${namesakes(root)} and namesake.id <> own.id`,
    root: (number: string) => `(select min(namesake.id) from ${namesakes(number)})`,
  };
  return { flows: datasets, custody_flows: datasets, field_flows: fields };
})();

/**
 * The flows that a walk can come upon, found by recursive SQL in one statement: first the nodes in reach, each once (never their paths),
 * then all flows at those sides of them. What it takes grows with what it finds.
 */
export async function loadReach(reader: Reader, { table, from, sides, depth }: Reach): Promise<CompressedGraph> {
  const counted = depth !== undefined && depth <= COUNTED_DEPTH;
  const identity = IDENTITY[table];
  const [row] = await reader.query<PackedFlows & PackedIdentities>(
    `loadReach_${table}_${sides.join("_")}${counted ? "_counted" : ""}`,
    `with recursive ${sides.map((side) => `${reached(table, side, counted)}`).join(", ")},
     node as materialized (${sides.map((side) => `select id from reached_${side.toLowerCase()}`).join(" union ")}),
     near as materialized (${allNumbersOf(table, "node")}),
     ${besides(table, sides)}
     flow as materialized (
       select ${sides.length > 1 ? "distinct on (f.id)" : ""} f.* from (${sides.map((side) => atSide(table, side)).join(" union all ")}) as f
     ),
     identity as (
       select ends.id, ${identity.root("ends.id")} as root from (select id from number union select from_id from flow union select to_id from flow) as ends (id)
     )
     select c.*, i.* from (select ${packedFlows(table)} from flow f) as c
     cross join (select ${packedIdentities("identity.id", "identity.root")} from identity where identity.root <> identity.id) as i`,
    counted ? [from, depth] : [from],
  );
  const graph = new CompressedGraph(table);
  graph.identify(unpackIdentities(row!));
  graph.apply(unpackFlows(row!));
  return graph;
}

/** The nodes' own numbers and their others. */
const allNumbersOf = (table: FlowTable, nodes: string): string =>
  `select id from ${nodes} union select other.id from ${nodes} cross join lateral (${IDENTITY[table].others(`${nodes}.id`)} offset 0) as other (id)`;

/** Of walks in both directions, a whole dataset may stand before a field that was come upon downstream, where no walk leads. */
function besides(table: FlowTable, sides: readonly Side[]): string {
  if (table !== "field_flows" || sides.length < 2) return "number as (select id from near),";
  const into = `select f.from_id from field_flows f where f.to_id = near.id and f.passages & ${FROM_IS_PASSAGE} <> 0 offset 0`;
  return `whole as materialized (select distinct ${IDENTITY[table].root("f.from_id")} as id from near cross join lateral (${into}) as f),
     number as materialized (select id from near union ${allNumbersOf(table, "whole")}),`;
}

const atSide = (table: FlowTable, side: Side): string =>
  `select f.* from number cross join lateral (select * from ${table} f where f.${nearOf(side)} = number.id offset 0) as f`;

const nearOf = (side: Side): string => (side === "OUT" ? "from_id" : "to_id");
const farOf = (side: Side): string => (side === "OUT" ? "to_id" : "from_id");

/** Roots in reach at one side. A node that is at the end of its steps is in reach, what lies beyond it is not; a passage is no step. */
function reached(table: FlowTable, side: Side, counted: boolean): string {
  const identity = IDENTITY[table];
  const name = `reached_${side.toLowerCase()}`;
  const passage = side === "OUT" ? TO_IS_PASSAGE : FROM_IS_PASSAGE;
  const step = counted ? `, ${name}.depth + case when f.passages & ${passage} = 0 then 1 else 0 end as depth` : "";
  return `${name} (id${counted ? ", depth" : ""}) as (
       select ${identity.root("start.id")}${counted ? ", 0" : ""} from unnest($1::integer[]) as start (id)
       union
       select next.id${counted ? ", next.depth" : ""} from ${name} cross join lateral (
         select ${identity.root(`f.${farOf(side)}`)} as id${step}
         from (select ${name}.id union all ${identity.others(`${name}.id`)}) as number (id)
         cross join lateral (select f.from_id, f.to_id, f.passages from ${table} f where f.${nearOf(side)} = number.id offset 0) as f
         offset 0
       ) as next${counted ? ` where next.depth <= $2` : ""}
     )`;
}
