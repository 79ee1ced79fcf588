import { addPeriod } from "../../platform/calendar";
import type { Deps } from "../../platform/deps";
import { finishDrops } from "../use-cases/drop-audit-entries";
import { dropOutdatedEntries } from "../use-cases/drop-outdated-entries";

const LOOK_EVERY = "PT1H";

/** Deletes what was dropped as soon as that can be proven, and each hour of the clock drops what is kept no longer. `runOnce` never asks to be run again at once. */
export function createDropAuditEntriesJob(deps: Deps): { name: string; runOnce(): Promise<boolean> } {
  let next: Date | undefined;
  return {
    name: "drop-audit-entries",
    runOnce: async () => {
      const now = deps.clock.now();
      if (next === undefined || now >= next) {
        await dropOutdatedEntries(deps);
        next = addPeriod(now, LOOK_EVERY);
      }
      await finishDrops(deps);
      return false;
    },
  };
}
