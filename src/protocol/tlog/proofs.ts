import { coverOf, EMPTY_ROOT, foldCover, type LeafRange, nodeHash, type ReadHashes } from "./merkle-tree";

/**
 * That the leaf stands in the tree of this size: hashes from the leaf's sibling up to the root's child (RFC 6962, section 2.1.1).
 * Throws a RangeError unless 0 <= index < size.
 */
export async function proveInclusion(index: number, size: number, read: ReadHashes): Promise<Buffer[]> {
  if (!(index >= 0 && index < size)) throw new RangeError("the leaf is not in the tree");
  const ranges: LeafRange[] = [];
  for (let [from, to] = [0, size]; to - from > 1; ) {
    const middle = from + split(to - from);
    if (index < middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  return hashRanges(ranges.reverse(), read);
}

/**
 * That the tree of size `to` begins with the leaves of the tree of size `from` (RFC 6962, section 2.1.2); empty for equal sizes and from the
 * empty tree. Throws a RangeError unless 0 <= from <= to.
 */
export async function proveConsistency(fromSize: number, toSize: number, read: ReadHashes): Promise<Buffer[]> {
  if (!(fromSize >= 0 && fromSize <= toSize)) throw new RangeError("a tree does not extend a larger one");
  if (fromSize === 0 || fromSize === toSize) return [];
  const ranges: LeafRange[] = [];
  let [from, to] = [0, toSize];
  while (to !== fromSize) {
    const middle = from + split(to - from);
    if (fromSize <= middle) {
      ranges.push({ from: middle, to });
      to = middle;
    } else {
      ranges.push({ from, to: middle });
      from = middle;
    }
  }
  // The verifier knows the root of the first tree; of a part of it, it is told.
  if (from !== 0) ranges.push({ from, to });
  return hashRanges(ranges.reverse(), read);
}

/** Largest power of two that is smaller than the number of leaves. */
function split(leaves: number): number {
  let power = 1;
  while (2 * power < leaves) power *= 2;
  return power;
}

async function hashRanges(ranges: readonly LeafRange[], read: ReadHashes): Promise<Buffer[]> {
  const covers = ranges.map(coverOf);
  const hashes = await read(covers.flat());
  let at = 0;
  return covers.map((cover) => foldCover(hashes.slice(at, (at += cover.length))));
}

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly root: Buffer;
  readonly leaf: Buffer;
  readonly proof: readonly Buffer[];
}

/** RFC 9162, section 2.1.3.2. */
export function verifyInclusion({ index, size, root, leaf, proof }: Inclusion): boolean {
  if (!isSize(size) || !isSize(index) || index >= size) return false;
  let [node, last, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else hash = nodeHash(hash, sibling);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && hash.equals(root);
}

export interface Consistency {
  readonly from: { readonly size: number; readonly root: Buffer };
  readonly to: { readonly size: number; readonly root: Buffer };
  readonly proof: readonly Buffer[];
}

/** RFC 9162, section 2.1.4.2; any tree extends the empty one, and itself. */
export function verifyConsistency({ from, to, proof }: Consistency): boolean {
  if (!isSize(from.size) || !isSize(to.size) || from.size > to.size) return false;
  if (from.size === 0 && !from.root.equals(EMPTY_ROOT)) return false;
  if (from.size === to.size) return proof.length === 0 && from.root.equals(to.root);
  if (from.size === 0) return proof.length === 0;
  const [first, ...rest] = isPowerOfTwo(from.size) ? [from.root, ...proof] : proof;
  if (first === undefined) return false;
  let [node, last] = [from.size - 1, to.size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [before, after] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      [before, after] = [nodeHash(hash, before), nodeHash(hash, after)];
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else after = nodeHash(after, hash);
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && before.equals(from.root) && after.equals(to.root);
}

const isSize = (number: number): boolean => Number.isSafeInteger(number) && number >= 0;
const isOdd = (number: number): boolean => number % 2 === 1;
const half = (number: number): number => Math.floor(number / 2);
const isPowerOfTwo = (number: number): boolean => split(number + 1) === number;
