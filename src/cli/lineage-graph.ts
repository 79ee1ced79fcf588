import { askServer } from "./graphql-client";

const LINEAGE = `query ($of: ID!, $direction: Direction!, $depth: Int, $level: Level, $asOf: DateTime, $first: Int, $includeJobs: Boolean) {
  lineage(of: $of, direction: $direction, depth: $depth, level: $level, asOf: $asOf, first: $first, includeJobs: $includeJobs) {
    nodes { id depth }
    edges { from to job masking validFrom validTo provenance }
    truncatedAt
  }
}`;

export type Direction = "DOWNSTREAM" | "UPSTREAM" | "BOTH";

/** What a member is not said of is as the door has it. */
export interface LineageQuestion {
  readonly of: string;
  readonly direction: Direction;
  readonly depth?: number;
  readonly level?: string;
  readonly asOf?: string;
  readonly first?: number;
  readonly includeJobs?: boolean;
}

export interface LineageEdge {
  readonly from: string;
  readonly to: string;
  readonly job: string | null;
  readonly masking: boolean | null;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly provenance: readonly string[];
}

export interface LineageGraph {
  readonly nodes: readonly { readonly id: string; readonly depth: number }[];
  readonly edges: readonly LineageEdge[];
  readonly truncatedAt: readonly string[];
}

export async function askLineage(question: LineageQuestion): Promise<LineageGraph> {
  return (await askServer<{ lineage: LineageGraph }>(LINEAGE, question)).lineage;
}
