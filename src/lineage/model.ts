/** The nouns of lineage. Numbers are those of datasets and jobs, which share one sequence. */

/** How a flow is known, the best first: a better one hides a worse one of the same job and output. */
export const PROVENANCES = ["EXPLICIT", "COLUMN", "RUN", "DECLARED"] as const;
export type Provenance = (typeof PROVENANCES)[number];

export const RUN_STATES = ["OPEN", "COMPLETE", "FAIL", "ABORT"] as const;
export type JobRunState = (typeof RUN_STATES)[number];

export const DISPOSAL_KINDS = ["DROPPED", "TRUNCATED", "REBUILT"] as const;
export type DisposalKind = (typeof DISPOSAL_KINDS)[number];

/** A JSON value as producers send it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type Facets = { readonly [name: string]: Json };

/** An OpenLineage name of a dataset or job, the namespace normalised. */
export interface Named {
  readonly namespace: string;
  readonly name: string;
}

/** Either end of a stated flow. */
export interface NamedNode extends Named {
  readonly kind: "DATASET" | "JOB";
}
