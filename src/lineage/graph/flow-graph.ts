import type { Provenance } from "../model";

/** The tables that are walked: the picture by dataset, custody, the picture by field. All have the same shape. */
export type FlowTable = "flows" | "custody_flows" | "field_flows";

/** OUT: flows that leave a node (downstream). IN: flows that enter it (upstream). */
export type Side = "OUT" | "IN";

/** One stored flow, by the roots of its ends. */
export interface StoredFlow {
  /** The row's id. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
  /** 0: none. */
  readonly job: number;
  readonly provenance: Provenance | "WITHIN";
  readonly masking: boolean;
  /** Of `flows`: told field by field. */
  readonly columns: boolean;
  /** Of `field_flows`: an influence, no content. */
  readonly indirect: boolean;
  /**
   * Milliseconds: valid_from and valid_to, or first_at and last_at (of a declaration that stands: since when); open ends are Infinity.
   */
  readonly since: number;
  readonly until: number;
}

/**
 * What walks read: nodes are numbers, flows are numbers of the graph's own, and names that mean one dataset are one node, its root.
 * Whether a flow holds at an instant is the walk's question (`holds`).
 */
export interface FlowGraph {
  /** The node as which a number is known here. */
  root(number: number): number;
  /** Each stored flow at that side of a node, and the node at its far end; flows from a node to itself are left out. */
  eachFlow(node: number, side: Side, visit: (flow: number, far: number) => void): void;
  since(flow: number): number;
  until(flow: number): number;
  /** The number under which the node at the far end is stored: its root's or that of another name. */
  stored(flow: number, side: Side): number;
  flow(flow: number): StoredFlow;
  /** A job, or (of field_flows) a whole dataset, where it stands as an end of flows: walks pass through it without a step. */
  isPassage(node: number): boolean;
}

/** Which part of a table a walk will read at most. */
export interface Reach {
  readonly table: FlowTable;
  /** Numbers where it begins, of any name of the node. */
  readonly from: readonly number[];
  readonly sides: readonly Side[];
  /** Steps; undefined: as far as it goes. */
  readonly depth?: number;
}
