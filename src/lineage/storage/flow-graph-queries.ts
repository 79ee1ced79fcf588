import type { Reader } from "../../platform/database/sql";
import type { FlowGraph, FlowTable, Reach } from "../graph/flow-graph";
import { loadReach } from "./reach-queries";
import { TableGraph } from "./table-graph";

/** What a flow takes in memory, with its share of the adjacency and of what building it needs for a while. */
const BYTES_PER_FLOW = 120;
/** A graph may take this share of the memory that the process can still have. */
const SHARE = 0.5;

const hasRoom = (flows: number): boolean => flows * BYTES_PER_FLOW < process.availableMemory() * SHARE;

/** The graphs that this process keeps of one database. */
class KeptGraphs {
  private readonly built = new Map<FlowTable, TableGraph>();
  private readonly building = new Map<FlowTable, Promise<void>>();

  constructor(private readonly reader: Reader) {}

  get(table: FlowTable): TableGraph | undefined {
    return this.built.get(table);
  }

  /** Builds what is not there and not too large; a failure leaves it to the next who asks. */
  build(table: FlowTable): Promise<void> {
    const begun = this.building.get(table) ?? this.buildNow(table).finally(() => this.building.delete(table));
    this.building.set(table, begun);
    return begun;
  }

  private async buildNow(table: FlowTable): Promise<void> {
    const built = this.built.get(table) ?? (await TableGraph.build(this.reader, table, hasRoom));
    if (built !== undefined) this.built.set(table, built);
  }
}

const kept = new WeakMap<Reader, KeptGraphs>();

function graphsOf(reader: Reader): KeptGraphs {
  const graphs = kept.get(reader) ?? new KeptGraphs(reader);
  kept.set(reader, graphs);
  return graphs;
}

/**
 * A graph to walk that holds at least what is in reach, as new as all that was committed before the call. Outside transactions it is the
 * process's own of the whole table, kept in memory; the first call has it built beside. Until then, where memory is short, and
 * in a transaction (which sees its own writes), it is the part that recursive SQL finds.
 */
export async function openGraph(reader: Reader, reach: Reach): Promise<FlowGraph> {
  if ("afterCommit" in reader) return loadReach(reader, reach);
  const graphs = graphsOf(reader);
  const built = graphs.get(reach.table);
  if (built === undefined) {
    // What goes wrong there shows here too, in the statement that follows.
    graphs.build(reach.table).catch(() => undefined);
    return loadReach(reader, reach);
  }
  await built.lookForNew();
  return built.graph;
}

/** Has a table's graph built before the first query wants it. */
export const warmGraph = (reader: Reader, table: FlowTable): Promise<void> => graphsOf(reader).build(table);
