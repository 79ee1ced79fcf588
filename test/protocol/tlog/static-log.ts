import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { cosign, formatCheckpoint, signCheckpoint } from "../../../src/protocol/tlog/checkpoint";
import { encodeBundle } from "../../../src/protocol/tlog/entry-bundle";
import type { ReadLogFile } from "../../../src/protocol/tlog/log-files";
import { foldLevel, GrowingTree, leafHash } from "../../../src/protocol/tlog/merkle-tree";
import { bundlePath, TILE_WIDTH, tilePath, widthIn } from "../../../src/protocol/tlog/tiles";

export const newPrivateKey = (): KeyObject => generateKeyPairSync("ed25519").privateKey;

interface Made {
  readonly origin?: string;
  readonly privateKey: KeyObject;
  readonly witness?: { readonly name: string; readonly privateKey: KeyObject };
}

/** The signed note of a log of these entries. */
export function noteOver(entries: readonly Buffer[], { origin = "log.example", privateKey, witness }: Made): string {
  const tree = new GrowingTree();
  for (const entry of entries) tree.append(leafHash(entry));
  const checkpoint = { origin, size: entries.length, root: tree.root() };
  const text = formatCheckpoint(checkpoint);
  return `${text}\n${signCheckpoint(checkpoint, privateKey)}${witness ? cosign(text, witness, new Date("2026-03-02T09:00:00Z")) : ""}`;
}

/** The static files of a log of these entries, by their path. */
export function staticLog(entries: readonly Buffer[], made: Made): Map<string, Buffer> {
  const files = new Map<string, Buffer>([["checkpoint", Buffer.from(noteOver(entries, made))]]);
  let hashes: Buffer[] = entries.map((entry) => leafHash(entry));
  for (let level = 0; hashes.length > 0; level += 1) {
    const above: Buffer[] = [];
    for (let tile = 0; widthIn(hashes.length, 0, tile) > 0; tile += 1) {
      const own = hashes.slice(tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH);
      files.set(tilePath({ level, tile, width: own.length }), Buffer.concat(own));
      if (level === 0) files.set(bundlePath({ tile, width: own.length }), encodeBundle(entries.slice(tile * TILE_WIDTH, (tile + 1) * TILE_WIDTH)));
      if (own.length === TILE_WIDTH) above.push(foldLevel(own));
    }
    hashes = above;
  }
  return files;
}

export const readerOf = (files: ReadonlyMap<string, Buffer>): ReadLogFile => async (path) => files.get(path);
