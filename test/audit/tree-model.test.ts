import { TreeWalk } from "../../src/audit/tree-model";
import { growTiles } from "../../src/protocol/tlog/growing-tiles";
import { GrowingTree, leafHash } from "../../src/protocol/tlog/merkle-tree";

/** Two tiles of level 1, one hash in the tile of level 2. */
const SIZE = 2 * 65_536 - 200;
const LEAVES = Array.from({ length: SIZE }, (_, at) => leafHash(Buffer.from(String(at))));
const TILES = new Map(growTiles(0, [], Buffer.concat(LEAVES)).map(({ level, tile, hashes }) => [`${level}/${tile}`, hashes]));

/** Walks through all, with some bytes of tiles changed, some entries changed, and some gone; answers the faults and the roots at some sizes. */
function walk({ tiles = [], entries = [], gone = [] }: { tiles?: [name: string, at: number][]; entries?: number[]; gone?: number[] }) {
  const stored = new Map(TILES);
  for (const [name, at] of tiles) stored.set(name, flipped(stored.get(name)!, at * 32));
  const leaves: (Buffer | undefined)[] = [...LEAVES];
  for (const at of entries) leaves[at] = flipped(LEAVES[at]!, 0);
  for (const at of gone) leaves[at] = undefined;
  const faults: number[] = [];
  const tree = new TreeWalk(SIZE, (first) => void faults.push(first));
  const roots: boolean[] = [];
  for (let tile = 0; tile * 256 < SIZE; tile += 1) {
    const end = Math.min(SIZE, (tile + 1) * 256);
    const sizes = [70_000, 98_304, SIZE].filter((size) => size > tile * 256 && size <= end);
    const found = tree.walk({ tile, entries: leaves.slice(tile * 256, end), sizes }, ({ level, tile: number }) => stored.get(`${level}/${number}`));
    for (const [size, candidates] of found) roots.push(candidates.some((root) => root.equals(ROOTS.get(size)!)));
  }
  return { faults, roots };
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1;
  return copy;
}

const ROOTS = new Map<number, Buffer>();
beforeAll(() => {
  const tree = new GrowingTree();
  for (const leaf of LEAVES) {
    tree.append(leaf);
    if ([70_000, 98_304, SIZE].includes(tree.size)) ROOTS.set(tree.size, tree.root());
  }
});

describe("walking through a tree of three levels of tiles", () => {
  test("finds nothing wrong in a sound one, and its roots at any size", () => {
    expect(walk({})).toEqual({ faults: [], roots: [true, true, true] });
    expect(walk({ gone: [0, 300, 70_001] })).toEqual({ faults: [], roots: [true, true, true] });
  });

  test.each<[string, number, Parameters<typeof walk>[0]]>([
    ["an altered entry", 66_000, { entries: [66_000] }],
    ["an altered leaf hash", 66_000, { tiles: [["0/257", 208]] }],
    ["an altered hash of level 1", 65_536 + 256, { tiles: [["1/1", 1]] }],
    ["the last hash of level 1", 65_536 + 254 * 256, { tiles: [["1/1", 254]] }],
    ["an altered hash of level 2", 0, { tiles: [["2/0", 0]] }],
  ])("reports %s where it is, once, and knows the roots by the rest", (_what, first, changes) => {
    expect(walk(changes)).toEqual({ faults: [first], roots: [true, true, true] });
  });

  test("reports a leaf hash altered where the entry is gone by the hash above, and claims no root", () => {
    const { faults, roots } = walk({ gone: [66_000], tiles: [["0/257", 208]] });
    expect(faults).toEqual([65_792]);
    expect(roots).toEqual([false, false, false]);
  });

  test("reports each of several", () => {
    expect(walk({ entries: [5], tiles: [["1/0", 3], ["0/300", 7]] }).faults).toEqual([5, 768, 76_807]);
  });
});
