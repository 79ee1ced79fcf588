import { Pool } from "undici";

const MATRIX = `query ($after: String, $asOf: DateTime, $knownAt: DateTime) {
  ownershipMatrix(first: 50, after: $after, asOf: $asOf, knownAt: $knownAt) {
    rows { entity { id name domain } cells { service { id name team } roles } findings { id kind state subject message since } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** Instants asked for; without them, the present. */
export interface Asked {
  readonly asOf?: string;
  readonly knownAt?: string;
}

interface Matrix {
  readonly rows: readonly unknown[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
interface Answer {
  readonly data?: { readonly ownershipMatrix: Matrix };
}

/**
 * Milliseconds that each of so many pages took, one request after the other, from the first page on; after the last comes the first again.
 * Each way of asking has its turn at every page, so that what else the machine does meets them alike.
 */
export async function pageLatencies(url: string, token: string, ways: readonly Asked[], pages: number): Promise<number[][]> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 1 });
  const taken: number[][] = ways.map(() => []);
  const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
  let after: string | null = null;
  try {
    for (let page = 0; page < pages; page += 1) {
      let next: string | null = null;
      for (const [at, way] of ways.entries()) {
        const start = performance.now();
        const body: string = JSON.stringify({ query: MATRIX, variables: { ...way, after } });
        const text: string = await (await pool.request({ path: pathname, method: "POST", headers, body })).body.text();
        taken[at]!.push(performance.now() - start);
        const matrix: Matrix | undefined = (JSON.parse(text) as Answer).data?.ownershipMatrix;
        if (matrix === undefined || matrix.rows.length === 0) throw new Error(`the matrix was not answered: ${text.slice(0, 500)}`);
        next = matrix.pageInfo.hasNextPage ? matrix.pageInfo.endCursor : null;
      }
      after = next;
    }
    return taken;
  } finally {
    await pool.close();
  }
}
