/** The depth of what a walk has not come upon. */
export const UNREACHED = 2 ** 31 - 1;
/** Marks that are greater are too near to what 32 bits hold. */
const GREATEST = 2 ** 30;
const SMALLEST = 1_024;

/** Depths of nodes in a walk, by their numbers: these are dense. What former walks have left is less than `base`, and never cleared. */
export class Marks {
  private marks = new Int32Array(SMALLEST);
  private base = 1;
  private top = 0;

  depthOf(node: number): number {
    if (node < 0 || node >= this.marks.length) return UNREACHED;
    const depth = this.marks[node]! - this.base;
    return depth < 0 ? UNREACHED : depth;
  }

  set(node: number, depth: number): void {
    if (node >= this.marks.length) this.reserve(node);
    const mark = this.base + depth;
    if (mark > this.top) this.top = mark;
    this.marks[node] = mark;
  }

  /** Forgets all depths. */
  clear(): void {
    this.base = this.top + 1;
    if (this.base < GREATEST) return;
    this.marks.fill(0);
    [this.base, this.top] = [1, 0];
  }

  private reserve(node: number): void {
    const longer = new Int32Array(Math.max(node + 1, Math.ceil(this.marks.length * 1.25)));
    longer.set(this.marks);
    this.marks = longer;
  }
}

/** Those of the process that no walk uses: as many as walked at once, which takes more than one only where a walk has two sides. */
const idle: Marks[] = [];

/** Lends empty marks to a walk, which must not keep them. */
export function withMarks<Result>(count: number, walk: (marks: readonly Marks[]) => Result): Result {
  const lent = Array.from({ length: count }, () => idle.pop() ?? new Marks());
  try {
    for (const marks of lent) marks.clear();
    return walk(lent);
  } finally {
    idle.push(...lent);
  }
}
