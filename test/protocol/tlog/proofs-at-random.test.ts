import fc from "fast-check";
import { EMPTY_ROOT, GrowingTree, HASH_BYTES, readFrontier, readRoot } from "../../../src/protocol/tlog/merkle-tree";
import { type Consistency, type Inclusion, proveConsistency, proveInclusion, verifyConsistency, verifyInclusion } from "../../../src/protocol/tlog/proofs";
import { hashesFromTiles, type Tile, TILE_WIDTH, tilesIn, widthIn } from "../../../src/protocol/tlog/tiles";
import { NaiveTree } from "./naive-tree";

const LARGEST = 2 ** 20;
const tree = new NaiveTree(LARGEST);

/** Sizes around powers of two come as often as any others. */
const size = fc.oneof(
  fc.integer({ min: 1, max: LARGEST }),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom(-1, 0, 1)).map(([power, by]) => Math.min(LARGEST, 2 ** power + by)),
);
const sizes = fc.tuple(size, size).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
const leafOf = size.chain((leaves) => fc.tuple(fc.oneof(fc.nat({ max: leaves - 1 }), fc.constant(leaves - 1)), fc.constant(leaves)));

const bytesOf = ({ level, tile, width }: Tile): Buffer =>
  Buffer.concat(Array.from({ length: width }, (_, at) => tree.full(8 * level, tile * TILE_WIDTH + at)));
const fromTiles = (leaves: number) => hashesFromTiles(leaves, async (tiles) => tiles.map(bytesOf));

test("a tree that grows leaf by leaf to 2^20 has at random sizes the root of RFC 6962", () => {
  const looks = new Set(fc.sample(size, 200));
  const growing = new GrowingTree();
  for (let at = 1; at <= LARGEST; at += 1) {
    growing.append(tree.leaf(at - 1));
    if (looks.has(at)) expect(growing.root()).toEqual(tree.root(at));
  }
  expect(growing.root()).toEqual(tree.root(LARGEST));
});

test("a tree goes on from the frontier in its tiles as if it had never stopped", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: LARGEST - 300 }), fc.nat({ max: 300 }), async (before, more) => {
      const growing = new GrowingTree(before, await readFrontier(before, fromTiles(before)));
      for (let at = before; at < before + more; at += 1) growing.append(tree.leaf(at));
      expect(growing.root()).toEqual(tree.root(before + more));
    }),
  );
});

test("the root of any size is read out of the tiles of that size, or of any larger one", async () => {
  await fc.assert(
    fc.asyncProperty(sizes, async ([small, large]) => {
      expect(await readRoot(small, fromTiles(small))).toEqual(tree.root(small));
      expect(await readRoot(small, fromTiles(large))).toEqual(tree.root(small));
    }),
  );
});

test("a tree's tiles are those that have hashes in it, and no others", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 70_000 }), (leaves) => {
      const tiles = [...tilesIn(leaves)];
      for (const { level, tile, width } of tiles) expect(widthIn(leaves, level, tile)).toBe(width);
      const hashes = [0, 1, 2, 3].map((level) => tiles.filter((tile) => tile.level === level).reduce((sum, { width }) => sum + width, 0));
      expect(hashes).toEqual([leaves, Math.floor(leaves / 256), Math.floor(leaves / 65_536), 0]);
    }),
    { numRuns: 30 },
  );
});

const inclusion = leafOf.map(([index, leaves]) => async (): Promise<Inclusion> => ({
  index, size: leaves, root: tree.root(leaves), leaf: tree.leaf(index), proof: await proveInclusion(index, leaves, fromTiles(leaves)),
}));
const consistency = sizes.map(([from, to]) => async (): Promise<Consistency> => ({
  from: { size: from, root: tree.root(from) }, to: { size: to, root: tree.root(to) }, proof: await proveConsistency(from, to, fromTiles(to)),
}));

test("any leaf of any tree is proven out of its tiles, with as many hashes as the tree is high at most", async () => {
  await fc.assert(
    fc.asyncProperty(inclusion, async (prove) => {
      const claim = await prove();
      expect(verifyInclusion(claim)).toBe(true);
      expect(claim.proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(claim.size)));
    }),
    { numRuns: 300 },
  );
});

test("any tree is proven to extend any smaller one", async () => {
  await fc.assert(fc.asyncProperty(consistency, async (prove) => expect(verifyConsistency(await prove())).toBe(true)), { numRuns: 300 });
});

type Spoil = (hashes: readonly Buffer[], at: number, bit: number) => Buffer[];
const flip = (hash: Buffer, bit: number): Buffer => {
  const flipped = Buffer.from(hash);
  flipped[Math.floor(bit / 8)] = (flipped[Math.floor(bit / 8)] as number) ^ (1 << (bit % 8));
  return flipped;
};
const SPOILS: Readonly<Record<string, Spoil>> = {
  "a bit flipped": (hashes, at, bit) => hashes.map((hash, place) => (place === at ? flip(hash, bit) : hash)),
  "a hash left out": (hashes, at) => hashes.filter((_, place) => place !== at),
  "a hash said twice": (hashes, at) => hashes.flatMap((hash, place) => (place === at ? [hash, hash] : [hash])),
  "a hash put in": (hashes, at) => hashes.toSpliced(at, 0, EMPTY_ROOT),
  "a hash put behind": (hashes) => [...hashes, EMPTY_ROOT],
  "two hashes swapped": (hashes, at) => hashes.map((hash, place) => hashes[place === at ? at + 1 : place === at + 1 ? at : place] ?? hash),
  "a hash cut short": (hashes, at) => hashes.map((hash, place) => (place === at ? hash.subarray(1) : hash)),
  "all of it left out": () => [],
};
const spoilt = fc.record({ how: fc.constantFrom(...Object.keys(SPOILS)), place: fc.double({ min: 0, max: 0.999, noNaN: true }), bit: fc.nat({ max: 8 * HASH_BYTES - 1 }) });

function spoilProof<Claim extends Inclusion | Consistency>(claim: Claim, { how, place, bit }: { how: string; place: number; bit: number }): Claim {
  return { ...claim, proof: (SPOILS[how] as Spoil)(claim.proof, Math.floor(place * claim.proof.length), bit) };
}
const isSame = (one: readonly Buffer[], other: readonly Buffer[]): boolean => one.length === other.length && one.every((hash, at) => hash.equals(other[at] as Buffer));

test("a proof that was spoilt proves nothing", async () => {
  await fc.assert(
    fc.asyncProperty(inclusion, consistency, spoilt, async (proveOne, proveOther, spoil) => {
      const [one, other] = [await proveOne(), await proveOther()];
      const [spoiltOne, spoiltOther] = [spoilProof(one, spoil), spoilProof(other, spoil)];
      expect(verifyInclusion(spoiltOne)).toBe(isSame(one.proof, spoiltOne.proof));
      expect(verifyConsistency(spoiltOther)).toBe(isSame(other.proof, spoiltOther.proof));
    }),
    { numRuns: 1000 },
  );
});

test("a proof proves nothing of another leaf, another place, or another root", async () => {
  await fc.assert(
    fc.asyncProperty(inclusion, fc.nat({ max: LARGEST - 1 }), fc.nat({ max: 255 }), async (prove, elsewhere, bit) => {
      const claim = await prove();
      const index = elsewhere % claim.size;
      expect(verifyInclusion({ ...claim, index })).toBe(index === claim.index);
      expect(verifyInclusion({ ...claim, leaf: tree.leaf(index) })).toBe(index === claim.index);
      expect(verifyInclusion({ ...claim, leaf: flip(claim.leaf, bit) })).toBe(false);
      expect(verifyInclusion({ ...claim, root: flip(claim.root, bit) })).toBe(false);
    }),
  );
});

test("no tree is proven to extend one that it does not", async () => {
  await fc.assert(
    fc.asyncProperty(consistency, fc.nat({ max: 255 }), async (prove, bit) => {
      const claim = await prove();
      expect(verifyConsistency({ ...claim, from: { ...claim.from, root: flip(claim.from.root, bit) } })).toBe(false);
      expect(verifyConsistency({ ...claim, to: { ...claim.to, root: flip(claim.to.root, bit) } })).toBe(false);
      expect(verifyConsistency({ ...claim, from: claim.to, to: claim.from })).toBe(claim.from.size === claim.to.size);
    }),
  );
});
