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

/** Leaves in ranges that do not overlap. */
export class LeafSet {
  private readonly ranges: readonly LeafRange[];

  constructor(ranges: readonly LeafRange[]) {
    this.ranges = [...ranges].sort((a, b) => a.from - b.from);
  }

  has(index: number): boolean {
    return this.touches({ from: index, to: index + 1 });
  }

  /** Whether any of these leaves is in the set. */
  touches({ from, to }: LeafRange): boolean {
    let [low, high] = [0, this.ranges.length];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if ((this.ranges[middle] as LeafRange).from < to) low = middle + 1;
      else high = middle;
    }
    const last = this.ranges[low - 1];
    return last !== undefined && last.to > from;
  }
}
