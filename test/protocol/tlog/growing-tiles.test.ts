import { createHash } from "node:crypto";
import { type FilledTile, growTiles, openTiles } from "../../../src/protocol/tlog/growing-tiles";
import { foldLevel } from "../../../src/protocol/tlog/merkle-tree";
import { tilePath, tilesIn } from "../../../src/protocol/tlog/tiles";

const leaf = (at: number): Buffer => createHash("sha256").update(`leaf ${at}`).digest();
const leaves = (from: number, to: number): Buffer => Buffer.concat(Array.from({ length: to - from }, (_, at) => leaf(from + at)));

/** Every tile of a tree, by its path, from all its leaves at once. */
function tilesOf(size: number): Map<string, Buffer> {
  const levels = [Array.from({ length: size }, (_, at) => leaf(at))];
  for (let below = levels[0]!; below.length >= 256; levels.push(below)) {
    below = Array.from({ length: Math.floor(below.length / 256) }, (_, at) => foldLevel(levels.at(-1)!.slice(at * 256, (at + 1) * 256)));
  }
  return new Map([...tilesIn(size)].map((tile) => [tilePath(tile), Buffer.concat(levels[tile.level]!.slice(tile.tile * 256, tile.tile * 256 + tile.width))]));
}

/** The tiles of a tree that grew in these steps. */
function grow(sizes: readonly number[]): Map<string, Buffer> {
  const stored = new Map<string, FilledTile>();
  let size = 0;
  for (const next of sizes) {
    const open = openTiles(size).map((tile) => ({ ...tile, hashes: stored.get(`${tile.level}/${tile.tile}`)!.hashes }));
    for (const tile of growTiles(size, open, leaves(size, next))) stored.set(`${tile.level}/${tile.tile}`, tile);
    size = next;
  }
  return new Map([...stored.values()].map((tile) => [tilePath(tile), tile.hashes]));
}

const sorted = (tiles: Map<string, Buffer>): [string, string][] => [...tiles].map(([path, hashes]): [string, string] => [path, hashes.toString("hex")]).sort();

test.each([
  [[1]], [[255]], [[256]], [[257]], [[255, 256, 257]], [[1, 511, 512, 513]], [[65_535]], [[65_536]], [[65_537]], [[65_535, 65_536, 65_537]], [[300, 65_279, 65_281, 131_073]],
])("a tree that grows by %p has the tiles of a tree built at once", (sizes) => {
  expect(sorted(grow(sizes))).toEqual(sorted(tilesOf(sizes.at(-1)!)));
});

test("in whatever steps a tree grows, it has the same tiles", () => {
  const steps = (seed: number): number[] => Array.from({ length: 40 }, (_, at) => leaf(seed * 1000 + at).readUInt16BE(0) % 400);
  for (let seed = 1; seed <= 10; seed += 1) {
    const sizes = steps(seed).map((_, at, all) => all.slice(0, at + 1).reduce((sum, step) => sum + step, 0));
    expect(sorted(grow(sizes))).toEqual(sorted(tilesOf(sizes.at(-1)!)));
  }
});
