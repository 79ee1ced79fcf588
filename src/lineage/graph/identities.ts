import type { Identity } from "./flow-batch";

const NONE: readonly number[] = [];

/** Which numbers are one node. Most numbers stand by themselves; nothing is kept of those. */
export class Identities {
  /** By number, 0: itself. Made with the first merge. */
  private roots = new Int32Array(0);
  private readonly others = new Map<number, number[]>();

  root(number: number): number {
    return number < this.roots.length ? this.roots[number]! || number : number;
  }

  /** The numbers that are this root but not its own. */
  othersOf(root: number): readonly number[] {
    return this.others.size === 0 ? NONE : (this.others.get(root) ?? NONE);
  }

  set({ number, root }: Identity): void {
    const former = this.root(number);
    if (former === root) return;
    if (former !== number) {
      const left = this.othersOf(former).filter((other) => other !== number);
      if (left.length > 0) this.others.set(former, left);
      else this.others.delete(former);
    }
    this.reserve(number);
    this.roots[number] = root === number ? 0 : root;
    if (root !== number) this.others.set(root, [...this.othersOf(root), number]);
  }

  private reserve(number: number): void {
    if (number < this.roots.length) return;
    const longer = new Int32Array(Math.max(number + 1, Math.ceil(this.roots.length * 1.25)));
    longer.set(this.roots);
    this.roots = longer;
  }
}
