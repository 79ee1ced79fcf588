/** Draws for tamperings: the same for the same seed (mulberry32). */
export class Draw {
  constructor(private state: number) {}

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end);
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** Two different whole numbers below `end`, the smaller first; `end` is at least 2. */
  pair(end: number): [number, number] {
    const one = this.below(end);
    const other = this.below(end - 1);
    return one <= other ? [one, other + 1] : [other, one];
  }

  bytes(size: number): Buffer {
    return Buffer.from(Array.from({ length: size }, () => this.below(256)));
  }

  /** A copy with one bit turned. */
  flipped(bytes: Buffer): Buffer {
    const copy = Buffer.from(bytes);
    const at = this.below(copy.length);
    copy[at] = (copy[at] as number) ^ (1 << this.below(8));
    return copy;
  }
}
