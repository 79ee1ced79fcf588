import { only, type Tx } from "../../platform/database/sql";
import type { FilledTile } from "../../protocol/tlog/growing-tiles";
import type { LeafRange } from "../../protocol/tlog/merkle-tree";
import type { Checkpoint } from "../../protocol/tlog/checkpoint";

/** Takes the duty over the tree and answers its size; undefined where another process has it in hand. */
export async function takeTree(tx: Tx): Promise<number | undefined> {
  const [row] = await tx.query<{ size: number }>("takeTree", "select size::float8 as size from audit_tree for update skip locked");
  return row?.size;
}

/** Takes the duty over the tree, once whoever has it is done, and answers its size. */
export async function awaitTree(tx: Tx): Promise<number> {
  return only(await tx.query<{ size: number }>("awaitTree", "select size::float8 as size from audit_tree for update")).size;
}

/** Hashes of leaves, one after the other. Throws where an entry is missing: every place below `audit_log.next_index` is taken. */
export async function readLeafHashes(tx: Tx, { from, to }: LeafRange): Promise<Buffer> {
  const { hashes, count } = only(
    await tx.query<{ hashes: Buffer | null; count: number }>(
      "readLeafHashes",
      String.raw`select string_agg(sha256('\x00'::bytea || entry), ''::bytea order by leaf_index) as hashes, count(*)::float8 as count
       from audit_entries where leaf_index >= $1 and leaf_index < $2`,
      [from, to],
    ),
  );
  if (hashes === null || count !== to - from) {
    throw new Error(`the audit log is damaged: of the entries ${from} to ${to - 1} only ${count} are there; run \`npx cadastre audit fsck\``);
  }
  return hashes;
}

/** Writes tiles, longer ones over shorter ones, and the size of the tree that they make. */
export async function writeTiles(tx: Tx, size: number, tiles: readonly FilledTile[]): Promise<void> {
  await tx.execute(
    "writeTiles",
    `with tree as (
       update audit_tree set size = $1
     )
     insert into audit_tiles (level, tile, hashes) select * from unnest($2::smallint[], $3::bigint[], $4::bytea[])
     on conflict (level, tile) do update set hashes = excluded.hashes`,
    [size, tiles.map(({ level }) => level), tiles.map(({ tile }) => tile), tiles.map(({ hashes }) => hashes)],
  );
}

/** Settles the log's name, once and for ever. */
export async function settleOrigin(tx: Tx, origin: string): Promise<void> {
  await tx.execute("settleOrigin", "update audit_log set origin = $1 where origin is null", [origin]);
}

export async function insertCheckpoint(tx: Tx, { size, root }: Checkpoint, note: string): Promise<void> {
  await tx.execute("insertCheckpoint", "insert into audit_checkpoints (size, root, note, signed_at) values ($1, $2, $3, $4)", [size, root, note, tx.now]);
}
