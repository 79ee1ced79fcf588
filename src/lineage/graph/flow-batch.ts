/** Rows of a flow table, column by column: what a graph is built from and brought up to date with. */
export interface FlowBatch {
  readonly count: number;
  readonly id: Int32Array;
  /** Numbers as stored: not yet resolved to roots. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly job: Int32Array;
  /** Milliseconds; open ends are Infinity. */
  readonly since: Float64Array;
  readonly until: Float64Array;
  readonly bits: Uint8Array;
}

/** Passages as stored, masking, then `columns` of flows or `indirect` of field flows. */
export const FROM_IS_PASSAGE = 1;
export const TO_IS_PASSAGE = 2;
export const IS_MASKED = 4;
export const HAS_NOTE = 8;
/** Three bits from this one on: the place in STORED_PROVENANCES. */
export const PROVENANCE_SHIFT = 4;
export const PROVENANCE_MASK = 7;

export const STORED_PROVENANCES = ["EXPLICIT", "COLUMN", "RUN", "DECLARED", "WITHIN"] as const;

/** That two numbers are one node; a number that is its own root stands by itself (again). */
export interface Identity {
  readonly number: number;
  readonly root: number;
}
