import type { Reader } from "../../platform/database/sql";
import { CompressedGraph } from "../graph/compressed-graph";
import type { FlowTable } from "../graph/flow-graph";
import { FieldIdentities } from "./field-identities";
import { type PackedFlows, type PackedIdentities, packedFlows, packedIdentities, unpackFlows, unpackIdentities } from "./flow-batch-rows";

/** Rows by one statement while a graph is built: some four megabytes. */
const CHUNK = 65_536;
/** Statements that run beside each other then. */
const LANES = 2;
/** Without an upper end, PostgreSQL takes an unknown lower one for a third of the table and reads all of it. */
const GREATEST_TRANSACTION = "18446744073709551615";

/** A table of flows, in memory and as new as its last look at the database. */
export class TableGraph {
  readonly graph: CompressedGraph;
  private readonly fields: FieldIdentities | undefined;
  /** The oldest transaction that was open at the last look: what it and younger ones commit may be unknown still. */
  private oldestOpen = "0";
  private looking: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  private constructor(
    private readonly reader: Reader,
    private readonly table: FlowTable,
  ) {
    this.graph = new CompressedGraph(table);
    if (table === "field_flows") this.fields = new FieldIdentities();
  }

  /**
   * Reads the whole table, a range of ids at a time; what is written meanwhile is found by the looks that follow. Undefined where
   * `hasRoom` says that so many flows are too many.
   */
  static async build(reader: Reader, table: FlowTable, hasRoom: (flows: number) => boolean): Promise<TableGraph | undefined> {
    const [start] = await reader.query<{ oldest: string; last: number }>(
      `startGraph_${table}`,
      `select pg_snapshot_xmin(pg_current_snapshot())::text as oldest, coalesce((select max(f.id) from ${table} f), 0) as last`,
    );
    if (!hasRoom(start!.last)) return undefined;
    const built = new TableGraph(reader, table);
    built.oldestOpen = start!.oldest;
    built.graph.reserve(start!.last);
    await Promise.all([built.readIdentities(), built.readFlows(start!.last)]);
    built.graph.compress();
    return built;
  }

  /**
   * Returns when all that was committed before the call is in the graph. It takes one statement, which is shared by all who asked before
   * it was sent: one that is on its way already may have begun too early.
   */
  lookForNew(): Promise<void> {
    if (this.next !== undefined) return this.next;
    if (this.looking === undefined) return this.look();
    const lookAgain = (): Promise<void> => {
      this.next = undefined;
      return this.look();
    };
    return (this.next = this.looking.then(lookAgain, lookAgain));
  }

  private look(): Promise<void> {
    const looking = this.readNew().finally(() => {
      this.looking = undefined;
    });
    return (this.looking = looking);
  }

  private async readFlows(last: number): Promise<void> {
    let begun = 0;
    const lane = async (): Promise<void> => {
      while (begun < last) {
        const after = begun;
        begun += CHUNK;
        const [row] = await this.reader.query<PackedFlows>(
          `readFlows_${this.table}`,
          `select ${packedFlows(this.table)} from ${this.table} f where f.id > $1 and f.id <= $2`,
          [after, after + CHUNK],
        );
        this.graph.load(unpackFlows(row!));
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  private async readIdentities(): Promise<void> {
    const [row] = await this.reader.query<PackedIdentities>(
      "readIdentities",
      `select ${packedIdentities("i.dataset_id", "i.root_id")} from dataset_identities i where i.root_id <> i.dataset_id`,
    );
    const identities = unpackIdentities(row!);
    this.graph.identify(this.fields ? await this.fields.follow(this.reader, identities, []) : identities);
  }

  /** Rows of transactions that were open at the last look, or have begun since. Many of them are known already; taking them again changes nothing. */
  private async readNew(): Promise<void> {
    const [row] = await this.reader.query<NewRows>(`readNewFlows_${this.table}`, this.fields ? NEW_FIELD_FLOWS : newFlows(this.table), [this.oldestOpen]);
    const { oldest, nodes, datasets, ...packed } = row!;
    const identities = unpackIdentities(packed);
    const ends = unpackIdentities({ numbers: nodes, roots: datasets }).map(({ number, root }) => ({ node: number, dataset: root }));
    this.graph.identify(this.fields ? await this.fields.follow(this.reader, identities, ends) : identities);
    this.graph.apply(unpackFlows(packed));
    this.oldestOpen = oldest;
  }
}

interface NewRows extends PackedFlows, PackedIdentities {
  readonly oldest: string;
  /** Ends of new rows in datasets that have several names, and these; of field flows only. */
  readonly nodes: Buffer | null;
  readonly datasets: Buffer | null;
}

const IS_NEW = `changed_by between $1::xid8 and '${GREATEST_TRANSACTION}'`;
const NEW_IDENTITIES = `(select ${packedIdentities("i.dataset_id", "i.root_id")} from dataset_identities i where i.${IS_NEW})`;

const newFlows = (table: FlowTable): string =>
  `select pg_snapshot_xmin(pg_current_snapshot())::text as oldest, f.*, i.*, null as nodes, null as datasets
   from (select ${packedFlows(table)} from ${table} f where f.${IS_NEW}) as f cross join ${NEW_IDENTITIES} as i`;

const NEW_FIELD_FLOWS = `with f as materialized (select * from field_flows f where f.${IS_NEW}),
   ends as (
     select n.id as node, n.dataset_id as dataset from (select from_id from f union select to_id from f) as one (id) join field_nodes n using (id)
     where exists (select from dataset_identities i where i.dataset_id = n.dataset_id or i.root_id = n.dataset_id)
   )
   select pg_snapshot_xmin(pg_current_snapshot())::text as oldest, c.*, i.*, e.numbers as nodes, e.roots as datasets
   from (select ${packedFlows("field_flows")} from f) as c cross join ${NEW_IDENTITIES} as i
   cross join (select ${packedIdentities("ends.node", "ends.dataset")} from ends) as e`;
