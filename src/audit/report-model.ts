/** Accesses to a person's data that have all of this in common. */
export interface AccessSummary {
  readonly actor: string;
  /** Its public id. */
  readonly dataset: string;
  /** Of all these accesses together, in their order. */
  readonly fields: readonly string[];
  readonly purpose: string | null;
  readonly basis: string | null;
  /** `ok` or `denied`. */
  readonly outcome: string;
  readonly count: number;
  readonly firstAt: Date;
  readonly lastAt: Date;
}

/** All accesses of a period. */
export interface AccessTotals {
  readonly allowed: number;
  readonly denied: number;
  /** Allowed, and nobody said what for. */
  readonly withoutPurpose: number;
  readonly withoutBasis: number;
  readonly actors: number;
  readonly datasets: number;
}

/** Instants, `from` inclusive, `to` exclusive. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}
