import DataLoader from "dataloader";
import type { RequestContext } from "../../platform/graphql/request-context";
import { type Tile, tilePath } from "../../protocol/tlog/tiles";
import { findLoggedEntries, findNewestCheckpoint, readTiles } from "../storage/log-queries";
import { renderProof } from "../use-cases/prove-entry";

/** Proofs by the ids of entries, all under one checkpoint; null for an entry that it does not cover. */
export const proofLoader = ({ deps, caller }: RequestContext): DataLoader<string, string | null> =>
  new DataLoader(async (ids) => {
    // In this order, so that it covers what was found.
    const logged = await findLoggedEntries(deps.db, ids);
    const checkpoint = await findNewestCheckpoint(deps.db);
    // The proofs of one page share most of their tiles, and ask for them in the same moment.
    const tiles = new DataLoader<Tile, Buffer | undefined, string>((wanted) => readTiles(deps.db, wanted), { cacheKeyFn: tilePath });
    const read = (wanted: readonly Tile[]): Promise<(Buffer | undefined)[]> => Promise.all(wanted.map((tile) => tiles.load(tile)));
    return Promise.all(
      ids.map(async (id) => {
        const entry = logged.get(id);
        return entry !== undefined && checkpoint !== undefined && entry.index < checkpoint.size ? renderProof(checkpoint, entry, caller, read) : null;
      }),
    );
  });
