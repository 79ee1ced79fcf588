import { badInput, type Refusal } from "../errors";
import { isUuid } from "../ids";

/** One page of a list: `first` rows after a cursor. Cursors are opaque to clients; they hold the sort key of the last row. */
export interface PageRequest {
  readonly first: number;
  readonly after?: string | null;
}

export interface Page<Node> {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export const MAX_PAGE = 100;

export const encodeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/** Parts of a cursor, or null at the start. Refuses (BAD_USER_INPUT) what this server did not issue. */
export function decodeCursor(after: string | null | undefined, parts: number): string[] | null {
  if (after === null || after === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(after, "base64url").toString("utf8"));
    if (Array.isArray(key) && key.length === parts && key.every((part) => typeof part === "string")) return key;
  } catch {
    // Falls through to the refusal.
  }
  throw notOfThisList();
}

/** The same for a list in the order of (instant, UUID), whose cursors are `[instant in RFC 3339, id]`. */
export function decodeTimeCursor(after: string | null | undefined): { at: Date; id: string } | null {
  const key = decodeCursor(after, 2);
  if (key === null) return null;
  const [at, id] = [new Date(key[0]!), key[1]!];
  if (Number.isNaN(at.getTime()) || !isUuid(id)) throw notOfThisList();
  return { at, id };
}

const notOfThisList = (): Refusal => badInput("after: not a cursor of this list; use an endCursor or cursor that this list returned");

/** Refuses page sizes outside 1..100 (BAD_USER_INPUT). */
export function checkPage(page: PageRequest): void {
  if (!Number.isInteger(page.first) || page.first < 1 || page.first > MAX_PAGE) {
    throw badInput(`first: must be between 1 and ${MAX_PAGE}`);
  }
}

/** Builds a page from rows fetched with `limit first + 1`, already mapped and sorted. */
export function toPage<Node>(nodes: readonly Node[], first: number, keyOf: (node: Node) => readonly string[]): Page<Node> {
  const edges = nodes.slice(0, first).map((node) => ({ cursor: encodeCursor(keyOf(node)), node }));
  return { edges, pageInfo: { hasNextPage: nodes.length > first, endCursor: edges.at(-1)?.cursor ?? null } };
}

/** A page of a list that is short by nature and already in memory, in the order of its keys. */
export function pageOf<Node>(nodes: readonly Node[], page: PageRequest, keyOf: (node: Node) => readonly string[]): Page<Node> {
  checkPage(page);
  const last = page.after ? nodes.findIndex((node) => encodeCursor(keyOf(node)) === page.after) : -1;
  if (page.after && last === -1) throw notOfThisList();
  return toPage(nodes.slice(last + 1, last + 2 + page.first), page.first, keyOf);
}
