import { Pool } from "undici";
import { shareOf } from "./harness";

const LINEAGE = `query ($of: ID!, $direction: Direction!, $depth: Int, $first: Int, $includeJobs: Boolean) {
  lineage(of: $of, direction: $direction, depth: $depth, first: $first, includeJobs: $includeJobs) {
    nodes { id depth } edges { from to job masking validFrom validTo provenance } truncatedAt
  }
}`;
const WARM_UP = 0.2;

export interface Call {
  readonly of: string;
  readonly direction: "DOWNSTREAM" | "UPSTREAM" | "BOTH";
  readonly depth: number;
  readonly first?: number;
  readonly includeJobs?: boolean;
}

export interface Lineage {
  readonly nodes: readonly { readonly id: string; readonly depth: number }[];
  readonly edges: readonly unknown[];
}

/** Asks a server's GraphQL door, over one connection that is kept alive. */
export interface Asker {
  lineage(call: Call): Promise<Lineage>;
  close(): Promise<void>;
}

export function openAsker(url: string, token: string): Asker {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  return {
    async lineage(call) {
      const text = await (await pool.request({ path: pathname, method: "POST", headers, body: JSON.stringify({ query: LINEAGE, variables: call }) })).body.text();
      const { data } = JSON.parse(text) as { data?: { lineage: Lineage } };
      if (!data) throw new Error(`lineage was not answered: ${text.slice(0, 500)}`);
      return data.lineage;
    },
    close: () => pool.close(),
  };
}

/** Milliseconds of each call, one after the other, after some that warm up; and how many nodes were answered at least, and in all. */
export async function callLatencies(asker: Asker, calls: readonly Call[]): Promise<{ taken: number[]; nodes: number[] }> {
  for (const call of calls.slice(0, shareOf(calls.length, WARM_UP))) await asker.lineage(call);
  const taken: number[] = [];
  const nodes: number[] = [];
  for (const call of calls) {
    const start = performance.now();
    const answer = await asker.lineage(call);
    taken.push(performance.now() - start);
    nodes.push(answer.nodes.length);
  }
  return { taken, nodes };
}
