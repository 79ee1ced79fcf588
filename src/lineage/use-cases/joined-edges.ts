import type { LineageEdge } from "../lineage-model";

/** Edges, those between the same nodes by the same job as one. */
export class JoinedEdges {
  private readonly edges = new Map<string, LineageEdge>();

  add(edge: LineageEdge): void {
    const key = JSON.stringify([edge.from, edge.to, edge.job]);
    const known = this.edges.get(key);
    this.edges.set(key, known === undefined ? edge : join(known, edge));
  }

  list(): LineageEdge[] {
    return [...this.edges.values()];
  }
}

const join = (one: LineageEdge, other: LineageEdge): LineageEdge => ({
  ...one,
  masking: one.masking === null || other.masking === null ? null : one.masking && other.masking,
  validFrom: one.validFrom < other.validFrom ? one.validFrom : other.validFrom,
  validTo: one.validTo === null || other.validTo === null ? null : one.validTo > other.validTo ? one.validTo : other.validTo,
  provenance: [...new Set([...one.provenance, ...other.provenance])].sort(),
  ...(one.fieldFlows && { fieldFlows: [...new Set([...one.fieldFlows, ...(other.fieldFlows ?? [])])] }),
});
