const SMALLEST = 16;

/** A growing list of numbers that fit 32 bits: for what walks come upon by the hundred thousand, where arrays take longer to grow than the walk itself. */
export class NumberList {
  length = 0;
  private numbers = new Int32Array(SMALLEST);

  at(place: number): number {
    return this.numbers[place]!;
  }

  push(number: number): void {
    if (this.length === this.numbers.length) {
      const longer = new Int32Array(2 * this.length);
      longer.set(this.numbers);
      this.numbers = longer;
    }
    this.numbers[this.length] = number;
    this.length += 1;
  }

  clear(): void {
    this.length = 0;
  }

  /** Ascending. */
  sort(): void {
    this.numbers.subarray(0, this.length).sort();
  }

  /** The numbers as they are now. */
  copy(): Int32Array {
    return this.numbers.slice(0, this.length);
  }
}
