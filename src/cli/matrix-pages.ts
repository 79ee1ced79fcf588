import { askServer } from "./graphql-client";

const OWNERSHIP_MATRIX = `query ($filter: OwnershipFilter, $asOf: DateTime, $knownAt: DateTime, $after: String) {
  ownershipMatrix(filter: $filter, asOf: $asOf, knownAt: $knownAt, first: 100, after: $after) {
    asOf knownAt
    rows {
      entity { id name domain }
      cells { service { id name team } roles }
      findings { id kind state subject message since }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

export interface MatrixRow {
  readonly entity: { readonly id: string; readonly name: string; readonly domain: string | null };
  readonly cells: readonly {
    readonly service: { readonly id: string; readonly name: string; readonly team: string | null };
    readonly roles: readonly string[];
  }[];
  readonly findings: readonly { readonly kind: string }[];
}

interface MatrixPage {
  readonly asOf: string;
  readonly knownAt: string;
  readonly rows: readonly MatrixRow[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface MatrixQuestion {
  readonly filter: Readonly<Record<string, unknown>>;
  readonly asOf?: string;
  readonly knownAt?: string;
}

/** The pages of a matrix as it stood at one instant: that of the first page, so that nothing moves from page to page. */
export async function* matrixPages({ filter, ...instants }: MatrixQuestion): AsyncGenerator<readonly MatrixRow[]> {
  let asked: { readonly asOf?: string; readonly knownAt?: string; readonly after?: string | null } = instants;
  for (;;) {
    const { ownershipMatrix: page } = await askServer<{ ownershipMatrix: MatrixPage }>(OWNERSHIP_MATRIX, { filter, ...asked });
    yield page.rows;
    if (!page.pageInfo.hasNextPage) return;
    asked = { asOf: page.asOf, knownAt: page.knownAt, after: page.pageInfo.endCursor };
  }
}
