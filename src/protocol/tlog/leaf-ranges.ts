import type { LeafRange } from "./merkle-tree";

/** Ranges of leaves as an entry's source lists them: `0-256,300-301`; each from inclusive, to exclusive. */
export const formatLeafRanges = (ranges: readonly LeafRange[]): string => ranges.map(({ from, to }) => `${from}-${to}`).join(",");

/** Reads what `formatLeafRanges` writes; undefined for anything else. */
export function parseLeafRanges(text: string): LeafRange[] | undefined {
  const ranges = text.split(",").map((range) => {
    const [, from, to] = /^(0|[1-9]\d{0,15})-([1-9]\d{0,15})$/.exec(range) ?? [];
    return { from: Number(from), to: Number(to) };
  });
  return ranges.every(({ from, to }) => Number.isSafeInteger(to) && from < to) ? ranges : undefined;
}
