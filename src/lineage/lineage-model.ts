/** Graphs as they are shown: by public ids. */

export interface LineageNode {
  readonly id: string;
  /** Steps from where the question began. */
  readonly depth: number;
}

/** The flows from one node to another by one job. */
export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  /** Null: none is known. */
  readonly job: string | null;
  /** All that flows is masked; null: it is not said. */
  readonly masking: boolean | null;
  /** Of the earliest. */
  readonly validFrom: Date;
  /** Of the latest; null: open. */
  readonly validTo: Date | null;
  /** Sorted, each once. */
  readonly provenance: readonly string[];
  /** Rows of `field_flows`; of edges between fields only. */
  readonly fieldFlows?: readonly number[];
}

export interface LineageGraph {
  /** By depth. */
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
  /** Nodes that have more edges than are shown. */
  readonly truncatedAt: readonly string[];
}

/** What a producer says happens to the content of a field on its way. */
export interface Transformation {
  readonly type: string;
  readonly subtype: string | null;
  readonly description: string | null;
  readonly masking: boolean | null;
}

/** What came and what went between two instants. */
export interface LineageDiff {
  readonly addedNodes: readonly string[];
  readonly removedNodes: readonly string[];
  readonly addedEdges: readonly LineageEdge[];
  readonly removedEdges: readonly LineageEdge[];
  /** Nodes beyond which was not looked, at either instant: what lies there may have changed too. */
  readonly truncatedAt: readonly string[];
}
