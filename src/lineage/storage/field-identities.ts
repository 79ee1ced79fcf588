import type { Reader } from "../../platform/database/sql";
import type { Identity } from "../graph/flow-batch";
import { Identities } from "../graph/identities";
import { NumberSet } from "../graph/number-set";
import { type PackedIdentities, packedIdentities, unpackIdentities } from "./flow-batch-rows";

/** Nodes of fields and the datasets in which they lie. */
export interface FieldEnd {
  readonly node: number;
  readonly dataset: number;
}

/**
 * Fields of one name in the names of one dataset are one node: the oldest. Which nodes these are is asked for the datasets whose
 * names have changed, or in which nodes have turned up.
 */
export class FieldIdentities {
  private readonly datasets = new Identities();
  private readonly placed = new NumberSet();

  /** What becomes of nodes by changes of datasets' identities, and by new nodes in datasets of several names. */
  async follow(reader: Reader, changed: readonly Identity[], ends: readonly FieldEnd[]): Promise<Identity[]> {
    const concerned = new Set(ends.filter(({ node }) => !this.placed.has(node)).map(({ dataset }) => dataset));
    for (const identity of changed) {
      const former = this.datasets.root(identity.number);
      if (former === identity.root) continue;
      for (const dataset of [identity.number, identity.root, former]) concerned.add(dataset);
    }
    const nodes = concerned.size === 0 ? [] : await readNodes(reader, [...concerned]);
    for (const identity of changed) this.datasets.set(identity);
    for (const { number } of nodes) this.placed.add(number);
    return nodes;
  }
}

/** All nodes in all names of these datasets, each with the oldest of its name. */
async function readNodes(reader: Reader, datasets: readonly number[]): Promise<Identity[]> {
  const [row] = await reader.query<PackedIdentities>(
    "readFieldIdentities",
    `with root as (
       select distinct coalesce(i.root_id, asked.id) as id from unnest($1::integer[]) as asked (id) left join dataset_identities i on i.dataset_id = asked.id
     ), named as (
       select id as dataset_id, id as root_id from root
       union select other.dataset_id, other.root_id from root join dataset_identities other on other.root_id = root.id
     ), node as (
       select f.id, min(f.id) over (partition by named.root_id, f.name) as root from named join field_nodes f using (dataset_id)
     )
     select ${packedIdentities("node.id", "node.root")} from node`,
    [datasets],
  );
  return unpackIdentities(row!);
}
