import { actAs } from "../../platform/database/roles";
import type { Deps } from "../../platform/deps";
import { hasWaitingEntries } from "../storage/signing-queries";
import { SEQUENCER } from "../storage/log-roles";
import { lockWaitingEntries, sequenceWaitingEntries } from "../storage/log-store";

/** Entries in one transaction: few enough that whoever wants a place meanwhile waits for milliseconds. */
export const MOST_ENTRIES = 5000;

/**
 * Gives committed entries of the inbox their places in the log, the oldest first, 5,000 at most; answers how many. Any number of processes may do so
 * at once: each takes what no other has in hand, and indexes are given in the order of commits, without gaps. Writes nothing where nothing waits.
 */
export async function sequenceEntries(deps: Deps): Promise<number> {
  if (!(await hasWaitingEntries(deps.db))) return 0;
  return deps.transaction(async (tx) => {
    await actAs(tx, SEQUENCER);
    const ids = await lockWaitingEntries(tx, MOST_ENTRIES);
    if (ids.length > 0) await sequenceWaitingEntries(tx, ids);
    return ids.length;
  });
}
