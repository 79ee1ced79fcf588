import { coverOf, EMPTY_ROOT, foldCover, GrowingTree, leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { proveConsistency, proveInclusion, verifyConsistency, verifyInclusion } from "../../../src/protocol/tlog/proofs";
import { NaiveTree } from "./naive-tree";

const MOST = 300;
const tree = new NaiveTree(512);
const ROOTS = Array.from({ length: MOST + 1 }, (_, size) => tree.root(size));
const rootOf = (size: number): Buffer => ROOTS[size] as Buffer;

test("the leaves of the well-known test vectors have the well-known roots", () => {
  const growing = new GrowingTree();
  const leaves = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
  const roots = leaves.map((leaf) => {
    growing.append(leafHash(Buffer.from(leaf, "hex")));
    return growing.root().toString("hex");
  });
  expect(EMPTY_ROOT.toString("hex")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(roots).toEqual([
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
  ]);
});

test("a growing tree has at every size from 0 to 300 the root of RFC 6962", () => {
  const growing = new GrowingTree();
  for (let size = 0; size <= MOST; size += 1) {
    expect(growing.root()).toEqual(rootOf(size));
    expect(growing.size).toBe(size);
    growing.append(tree.leaf(size));
  }
});

test("a tree that goes on from a frontier of another size is refused", () => {
  expect(() => new GrowingTree(3, [EMPTY_ROOT])).toThrow("the frontier does not fit the size of the tree");
});

test("every leaf of every tree from 1 to 300 leaves is proven, and nothing else by the same proof", async () => {
  for (let size = 1; size <= MOST; size += 1) {
    for (let index = 0; index < size; index += 1) {
      const proof = await proveInclusion(index, size, tree.read);
      const claim = { index, size, root: rootOf(size), leaf: tree.leaf(index), proof };
      if (!verifyInclusion(claim)) throw new Error(`leaf ${index} of ${size} is not proven`);
      if (verifyInclusion({ ...claim, leaf: tree.leaf(index + 1) })) throw new Error(`another leaf is proven as ${index} of ${size}`);
      if (verifyInclusion({ ...claim, proof: [...proof, claim.root] })) throw new Error(`leaf ${index} of ${size} is proven by too much`);
    }
  }
});

test("every tree from 0 to 300 leaves is proven to extend every smaller one", async () => {
  for (let to = 0; to <= MOST; to += 1) {
    const after = { size: to, root: rootOf(to) };
    for (let from = 0; from <= to; from += 1) {
      const claim = { from: { size: from, root: rootOf(from) }, to: after, proof: await proveConsistency(from, to, tree.read) };
      if (!verifyConsistency(claim)) throw new Error(`${to} is not proven to extend ${from}`);
      if (verifyConsistency({ ...claim, from: { size: from, root: tree.leaf(0) } }) && from !== 1) throw new Error(`${to} is proven to extend another tree of ${from}`);
    }
  }
});

test("the cover of a range folds to its root", async () => {
  expect(foldCover(await tree.read(coverOf({ from: 0, to: MOST })))).toEqual(rootOf(MOST));
});

test("the empty tree has one root, and what it extends to needs no proof", () => {
  const empty = { size: 0, root: EMPTY_ROOT };
  const seven = { size: 7, root: rootOf(7) };
  expect(verifyConsistency({ from: empty, to: seven, proof: [] })).toBe(true);
  expect(verifyConsistency({ from: empty, to: empty, proof: [] })).toBe(true);
  expect(verifyConsistency({ from: empty, to: seven, proof: [EMPTY_ROOT] })).toBe(false);
  expect(verifyConsistency({ from: { size: 0, root: rootOf(1) }, to: seven, proof: [] })).toBe(false);
  expect(verifyConsistency({ from: empty, to: { size: 0, root: rootOf(1) }, proof: [] })).toBe(false);
  expect(verifyConsistency({ from: { size: 0, root: rootOf(1) }, to: { size: 0, root: rootOf(1) }, proof: [] })).toBe(false);
});

test.each([-1, 0.5, NaN, Infinity, 2 ** 53, "1"])("%p is no size and no place in a tree", (odd) => {
  const number = odd as number;
  const one = { size: 1, root: rootOf(1) };
  expect(verifyInclusion({ index: 0, size: number, root: one.root, leaf: one.root, proof: [] })).toBe(false);
  expect(verifyInclusion({ index: number, size: 2, root: one.root, leaf: one.root, proof: [] })).toBe(false);
  expect(verifyConsistency({ from: { ...one, size: number }, to: one, proof: [] })).toBe(false);
  expect(verifyConsistency({ from: one, to: { ...one, size: number }, proof: [] })).toBe(false);
});

test("a proof that is too short for a tree proves nothing of it, though it comes to the root that is claimed", async () => {
  const before = { size: 1, root: rootOf(1) };
  for (const size of [2, 4, 8, 16, 32]) {
    const consistency = await proveConsistency(1, size, tree.read);
    const inclusion = await proveInclusion(0, size, tree.read);
    expect(verifyConsistency({ from: before, to: { size: 2 * size, root: rootOf(size) }, proof: consistency })).toBe(false);
    expect(verifyInclusion({ index: 0, size: 2 * size, root: rootOf(size), leaf: tree.leaf(0), proof: inclusion })).toBe(false);
  }
});

test("no proof is made of a leaf outside the tree, or of a tree that a smaller one would extend", async () => {
  for (const [index, size] of [[5, 5], [0, 0], [-1, 5], [NaN, 5]] as const) await expect(proveInclusion(index, size, tree.read)).rejects.toThrow(RangeError);
  for (const [from, to] of [[6, 5], [-1, 5], [NaN, 5]] as const) await expect(proveConsistency(from, to, tree.read)).rejects.toThrow(RangeError);
});
