/** One or more flows between two nodes by one job, as graphs are drawn. */
export interface JoinedEdge {
  readonly from: string;
  readonly to: string;
  readonly job: string | null;
  /** All of them are masked; null: it is not said. */
  readonly masking: boolean | null;
  /** Of the earliest. */
  readonly validFrom: Date;
  /** Of the latest; null: open. */
  readonly validTo: Date | null;
  readonly provenance: readonly string[];
}

/** Edges, those between the same nodes by the same job as one. */
export class JoinedEdges {
  private readonly edges = new Map<string, JoinedEdge>();

  add(edge: JoinedEdge): void {
    const key = JSON.stringify([edge.from, edge.to, edge.job]);
    const known = this.edges.get(key);
    this.edges.set(key, known === undefined ? edge : join(known, edge));
  }

  list(): JoinedEdge[] {
    return [...this.edges.values()];
  }
}

const join = (one: JoinedEdge, other: JoinedEdge): JoinedEdge => ({
  ...one,
  masking: one.masking === null || other.masking === null ? null : one.masking && other.masking,
  validFrom: one.validFrom < other.validFrom ? one.validFrom : other.validFrom,
  validTo: one.validTo === null || other.validTo === null ? null : one.validTo > other.validTo ? one.validTo : other.validTo,
  provenance: [...new Set([...one.provenance, ...other.provenance])].sort(),
});
