import fc from "fast-check";
import { decodeBundle, encodeBundle } from "../../../src/protocol/tlog/entry-bundle";
import { bundlePath, hashesFromTiles, parseTilePath, tilePath, tilesIn, widthIn } from "../../../src/protocol/tlog/tiles";

const number = fc.nat({ max: Math.floor(Number.MAX_SAFE_INTEGER / 256) });
const width = fc.integer({ min: 1, max: 256 });
const after = (path: string): string => path.slice("tile/".length);

describe("the path of a tile", () => {
  test("is written as the specification writes it", () => {
    expect(tilePath({ level: 0, tile: 1_234_067, width: 256 })).toBe("tile/0/x001/x234/067");
    expect(tilePath({ level: 0, tile: 273, width: 112 })).toBe("tile/0/273.p/112");
    expect(tilePath({ level: 63, tile: 0, width: 1 })).toBe("tile/63/000.p/1");
    expect(bundlePath({ tile: 1000, width: 255 })).toBe("tile/entries/x001/000.p/255");
    expect(bundlePath({ tile: 999_999, width: 256 })).toBe("tile/entries/x999/999");
  });

  test("leads back to the tile, for any that there can be", () => {
    fc.assert(
      fc.property(fc.nat({ max: 63 }), number, width, (level, tile, wide) => {
        expect(parseTilePath(after(tilePath({ level, tile, width: wide })))).toEqual({ kind: "tile", tile: { level, tile, width: wide } });
        expect(parseTilePath(after(bundlePath({ tile, width: wide })))).toEqual({ kind: "entries", bundle: { tile, width: wide } });
      }),
    );
  });

  test.each([
    "", "/", "0", "0/", "/000", "0/0", "0/00", "0/0000", "0/x000/000", "0/x000", "0/x001/0", "0/x001/x000", "0/001/000", "0/X001/000", "0/x01/000", "0/x001//000",
    "00/000", "01/000", "64/000", "99/000", "100/000", "-1/000", "+1/000", "1.0/000", "1e0/000", "a/000", "Entries/000", "entries", "entries/", "entries/0",
    "entries/0/000", "0/entries/000", "data/000", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/00", "0/000.p/01", "0/000.p/256", "0/000.p/257", "0/000.p/999", "0/000.p/1000",
    "0/000.p/-1", "0/000.p/1/", "0/000.p/1.p/1", "0/000.P/1", "0/000.q/1", "0/000p/1", "0/000/", "/0/000", "0/000?", "0/000#", " 0/000", "0/000 ", "0/000\n", "0/0\u06600",
    "0/../000", "../checkpoint", "0/%30%30%30", "0\\000", "0/x1e3/000",
    // The first is the smallest number of a tile whose leaves nobody can count any more.
    "0/x035/x184/x372/x088/832", `0/${"x999/".repeat(6)}999`, `entries/${"x999/".repeat(6)}999`, `0/${"x999/".repeat(100_000)}999`, `0/${"9".repeat(1_000_000)}`,
  ])("is nothing else: %.60j", (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  test("is the only way to write it: whatever is read is written the same again", () => {
    const part = fc.constantFrom("0", "00", "000", "001", "x000", "x001", "x999", "/", ".p", "1", "255", "256", "entries", "63", "64", "tile", "x");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 9 }).map((parts) => parts.join("")), (path) => {
        const read = parseTilePath(path);
        if (read !== undefined) expect(after(read.kind === "tile" ? tilePath(read.tile) : bundlePath(read.bundle))).toBe(path);
      }),
      { numRuns: 5000 },
    );
  });
});

describe("the tiles of a tree", () => {
  test("are those of the specification's example", () => {
    const tiles = [...tilesIn(70_000)];
    expect(tiles.filter(({ level, width: wide }) => level === 0 && wide === 256)).toHaveLength(273);
    expect(tiles.filter(({ level, width: wide }) => level > 0 || wide < 256)).toEqual([
      { level: 0, tile: 273, width: 112 },
      { level: 1, tile: 0, width: 256 },
      { level: 1, tile: 1, width: 17 },
      { level: 2, tile: 0, width: 1 },
    ]);
    expect([...tilesIn(256)]).toEqual([{ level: 0, tile: 0, width: 256 }, { level: 1, tile: 0, width: 1 }]);
    expect([...tilesIn(0)]).toEqual([]);
  });

  test.each([[0, 0, 0], [1, 1, 0], [256, 0, 1], [256, 2, 0], [2 ** 53 - 1, 7, 0], [2 ** 53 - 1, 63, 0], [2 ** 53 - 1, 0, 2 ** 45]])(
    "of %p leaves have none at level %p, number %p", (size, level, tile) => {
      expect(widthIn(size, level, tile)).toBe(0);
    },
  );

  test("of the largest tree that can be counted end where they should", () => {
    expect(widthIn(2 ** 53 - 1, 0, 2 ** 45 - 1)).toBe(255);
    expect(widthIn(2 ** 53 - 1, 6, 0)).toBe(31);
  });

  test("are asked for once each, and not believed where they are shorter or longer than they have to be", async () => {
    const asked: string[] = [];
    const reader = (length: (wide: number) => number) =>
      hashesFromTiles(300, async (tiles) => {
        asked.push(...tiles.map(tilePath));
        return tiles.map(({ width: wide }) => Buffer.alloc(length(wide)));
      });
    const subtrees = [{ height: 0, index: 1 }, { height: 1, index: 3 }, { height: 8, index: 0 }, { height: 0, index: 299 }];
    expect(await reader((wide) => wide * 32)(subtrees)).toHaveLength(4);
    expect(asked.sort()).toEqual(["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"]);
    for (const length of [(wide: number) => wide * 32 - 1, (wide: number) => wide * 32 + 32, () => 0]) {
      await expect(reader(length)(subtrees)).rejects.toThrow("a tile is missing, or is not as long as it has to be");
    }
    await expect(hashesFromTiles(300, async (tiles) => tiles.map(() => undefined))(subtrees)).rejects.toThrow("a tile is missing");
    await expect(reader((wide) => wide * 32)([{ height: 0, index: 600 }])).rejects.toThrow("a tile is missing");
  });
});

describe("a bundle of entries", () => {
  test("is read as it was written, empty entries and the longest among them", () => {
    const entries = [Buffer.alloc(0), Buffer.from("one"), Buffer.alloc(65_535, 7), Buffer.alloc(0)];
    expect(decodeBundle(encodeBundle(entries))).toEqual(entries);
    expect(encodeBundle([Buffer.from("one")])).toEqual(Buffer.from("\0\u0003one"));
    expect(decodeBundle(Buffer.alloc(0))).toEqual([]);
    fc.assert(fc.property(fc.array(fc.uint8Array()), (any) => expect(decodeBundle(encodeBundle(any))).toEqual(any.map((each) => Buffer.from(each)))));
  });

  test("takes no entry that is longer than its length can say", () => {
    expect(() => encodeBundle([Buffer.alloc(65_536)])).toThrow("out of range");
  });

  test("is refused wherever it is cut within an entry", () => {
    const whole = encodeBundle([Buffer.from("one"), Buffer.from("two")]);
    for (let end = 1; end < whole.length; end += 1) {
      if (end === 5) continue;
      expect(() => decodeBundle(whole.subarray(0, end))).toThrow("ends within an entry");
    }
  });
});
