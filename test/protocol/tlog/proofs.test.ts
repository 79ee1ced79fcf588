import { coverOf, foldCover, GrowingTree, leafHash, nodeHash, EMPTY_ROOT, type Subtree } from "../../../src/protocol/tlog/merkle-tree";
import { proveConsistency, proveInclusion, verifyConsistency, verifyInclusion } from "../../../src/protocol/tlog/proofs";

/** RFC 6962, section 2.1, word for word. */
function naiveRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return EMPTY_ROOT;
  if (leaves.length === 1) return leaves[0] as Buffer;
  let split = 1;
  while (2 * split < leaves.length) split *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

const LEAVES = Array.from({ length: 300 }, (_, index) => leafHash(Buffer.from(`entry ${index}`)));
const read = async (subtrees: readonly Subtree[]): Promise<Buffer[]> =>
  subtrees.map(({ height, index }) => naiveRoot(LEAVES.slice(index * 2 ** height, (index + 1) * 2 ** height)));

test("a growing tree has at every size from 0 to 300 the root of RFC 6962", () => {
  const tree = new GrowingTree();
  for (let size = 0; size <= 300; size += 1) {
    expect(tree.root()).toEqual(naiveRoot(LEAVES.slice(0, size)));
    expect(tree.size).toBe(size);
    if (size < 300) tree.append(LEAVES[size] as Buffer);
  }
});

test("every leaf of every tree from 1 to 300 leaves is proven, and nothing else by the same proof", async () => {
  for (let size = 1; size <= 300; size += 1) {
    const root = naiveRoot(LEAVES.slice(0, size));
    for (let index = 0; index < size; index += size > 40 ? 7 : 1) {
      const proof = await proveInclusion(index, size, read);
      const claim = { index, size, root, leaf: LEAVES[index] as Buffer, proof };
      expect(verifyInclusion(claim)).toBe(true);
      expect(verifyInclusion({ ...claim, leaf: LEAVES[(index + 1) % 300] as Buffer })).toBe(false);
      expect(verifyInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
    }
  }
});

test("every tree from 0 to 300 leaves is proven to extend smaller ones", async () => {
  for (let to = 0; to <= 300; to += 1) {
    const after = { size: to, root: naiveRoot(LEAVES.slice(0, to)) };
    for (let from = 0; from <= to; from += to > 40 ? 7 : 1) {
      const before = { size: from, root: naiveRoot(LEAVES.slice(0, from)) };
      const proof = await proveConsistency(from, to, read);
      expect(verifyConsistency({ from: before, to: after, proof })).toBe(true);
      if (from > 0) expect(verifyConsistency({ from: { ...before, root: EMPTY_ROOT }, to: after, proof })).toBe(false);
    }
  }
});

test("the cover of a range folds to its root", async () => {
  expect(foldCover(await read(coverOf({ from: 0, to: 300 })))).toEqual(naiveRoot(LEAVES));
});
