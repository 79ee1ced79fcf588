const SMALLEST = 32;

/** A set of node numbers, one bit each: numbers are dense. */
export class NumberSet {
  private words = new Uint32Array(SMALLEST);

  add(number: number): void {
    const word = number >>> 5;
    if (word >= this.words.length) {
      const longer = new Uint32Array(Math.max(word + 1, this.words.length * 2));
      longer.set(this.words);
      this.words = longer;
    }
    this.words[word]! |= 1 << (number & 31);
  }

  has(number: number): boolean {
    const word = number >>> 5;
    return word < this.words.length && (this.words[word]! & (1 << (number & 31))) !== 0;
  }
}
