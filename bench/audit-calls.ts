import { Pool } from "undici";

const ENTRIES = `query ($filter: AuditFilter, $newestFirst: Boolean, $after: String) {
  auditEntries(filter: $filter, newestFirst: $newestFirst, first: 50, after: $after) {
    edges { node { id leafIndex at action actor object outcome purpose basis } } pageInfo { hasNextPage endCursor }
  }
}`;
const PROOF = "query ($entry: ID!) { auditProof(entry: $entry) }";

/** What entries are asked for by. */
export type AuditFilter = Readonly<Record<string, unknown>>;

/** Reads the trail at a server's GraphQL door, over one connection that is kept alive. */
export class AuditCalls {
  private readonly pool: Pool;
  private readonly path: string;

  constructor(
    url: string,
    private readonly token: string,
  ) {
    const { origin, pathname } = new URL(url);
    this.pool = new Pool(origin, { connections: 1 });
    this.path = pathname;
  }

  /** How many entries a page of 50 has. */
  async entries(filter: AuditFilter, newestFirst: boolean): Promise<number> {
    const { auditEntries } = await this.ask<{ auditEntries: { edges: unknown[] } }>(ENTRIES, { filter, newestFirst });
    return auditEntries.edges.length;
  }

  async proof(entry: string): Promise<string> {
    return (await this.ask<{ auditProof: string }>(PROOF, { entry })).auditProof;
  }

  close(): Promise<void> {
    return this.pool.close();
  }

  private async ask<Data>(query: string, variables: object): Promise<Data> {
    const headers = { "content-type": "application/json", authorization: `Bearer ${this.token}` };
    const text = await (await this.pool.request({ path: this.path, method: "POST", headers, body: JSON.stringify({ query, variables }) })).body.text();
    const { data } = JSON.parse(text) as { data?: Data };
    if (!data) throw new Error(`the trail was not shown: ${text.slice(0, 500)}`);
    return data;
  }
}
