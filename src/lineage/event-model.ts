import type { Facets, Json, Named, NamedNode } from "./model";

/** An OpenLineage event after reading: valid, its known facets understood, those that were broken set aside. */
export interface LineageEvent {
  /** RunEvents accumulate; JobEvents and DatasetEvents replace. */
  readonly kind: "RUN" | "JOB" | "DATASET";
  /** Event time; without a zone it is read as UTC, and cut to milliseconds. */
  readonly at: Date;
  readonly producer: string;
  /** Null of DatasetEvents only. */
  readonly job: EventJob | null;
  /** Of RunEvents only. */
  readonly run: EventRun | null;
  /** Null: the event says nothing of them, which a JobEvent may mean otherwise than an empty list. */
  readonly inputs: readonly EventDataset[] | null;
  readonly outputs: readonly EventDataset[] | null;
  /** Of DatasetEvents only. */
  readonly dataset: EventDataset | null;
  /** All that columnLineage and lineage facets of the event state. */
  readonly stated: readonly StatedLineage[];
}

export interface EventJob extends Named {
  /** All facets that were not set aside, as sent. */
  readonly facets: Facets;
}

export interface EventRun {
  readonly id: string;
  /** Null: OpenLineage lets it be absent. */
  readonly type: "START" | "RUNNING" | "COMPLETE" | "ABORT" | "FAIL" | "OTHER" | null;
  readonly facets: Facets;
}

export interface EventDataset extends Named {
  /** Of the schema facet, nested fields by their dotted paths; null: none was sent. */
  readonly fields: readonly ObservedField[] | null;
  /** Other names of the same dataset. */
  readonly symlinks: readonly Named[];
  readonly change: LifecycleChange | null;
  readonly facets: Facets;
  /** `inputFacets` or `outputFacets`. */
  readonly roleFacets: Facets;
}

export interface ObservedField {
  readonly name: string;
  readonly type: string | null;
  readonly description: string | null;
}

export interface LifecycleChange {
  readonly kind: "ALTER" | "CREATE" | "DROP" | "OVERWRITE" | "RENAME" | "TRUNCATE";
  /** Of a RENAME. */
  readonly previous: Named | null;
}

/** What a facet says flows into a target. No sources: it says that nothing does. */
export interface StatedLineage {
  readonly provenance: "EXPLICIT" | "COLUMN";
  readonly target: NamedNode;
  /** Whether the event's job stands behind it; a facet of an input or of a DatasetEvent speaks for no job. */
  readonly byJob: boolean;
  /** `_deleted`: what the facet stated before is retired. */
  readonly deleted: boolean;
  /** Every source once, those of the links included. */
  readonly sources: readonly StatedSource[];
  readonly links: readonly FieldLink[];
}

export interface StatedSource extends NamedNode {
  /** All its links to the target are masked. */
  readonly masking: boolean;
  /** The facet tells field by field what flows from it, and does not say besides that it flows as a whole, unmasked. */
  readonly columns: boolean;
}

/** One field flows into another, or (`toField` '') into all of the target. */
export interface FieldLink {
  readonly from: Named;
  readonly fromField: string;
  readonly toField: string;
  /** Every DIRECT transformation masks; where there is none of these, every one. */
  readonly masking: boolean;
  /** There are transformations and all are INDIRECT: an influence, no content. */
  readonly indirect: boolean;
  readonly transformations: readonly Json[];
}
