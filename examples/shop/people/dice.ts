/** Letters and digits that nobody mistakes for one another. */
const PLAIN = [..."23456789abcdefghjkmnpqrstuvwxyz"];

/** Numbers that look like chance and are the same for the same seed (mulberry32). */
export class Dice {
  constructor(private state: number) {}

  /** From 0 up to, not including, 1. */
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number, both ends included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.whole(0, items.length - 1)] as Item;
  }

  /** An instant between two days, both in UTC. */
  instant(from: string, to: string): Date {
    const [start, end] = [Date.parse(from), Date.parse(to)];
    return new Date(Math.floor((start + this.next() * (end - start)) / 1000) * 1000);
  }

  code(length: number): string {
    return Array.from({ length }, () => this.pick(PLAIN)).join("");
  }
}
