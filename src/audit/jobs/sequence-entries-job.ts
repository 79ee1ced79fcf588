import type { Deps } from "../../platform/deps";
import { MOST_ENTRIES, sequenceEntries } from "../use-cases/sequence-entries";

/** Gives entries their places in the log: many at a time, so that few commits are needed; at once again only where more wait than it takes in one run. */
export const createSequenceEntriesJob = (deps: Deps): { name: string; runOnce(): Promise<boolean> } => ({
  name: "sequence-entries",
  runOnce: async () => (await sequenceEntries(deps)) === MOST_ENTRIES,
});
