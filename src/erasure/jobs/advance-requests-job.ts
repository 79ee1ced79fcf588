import type { Deps } from "../../platform/deps";
import { listRequestsToAdvance } from "../storage/erasure-queries";
import { advanceErasure } from "../use-cases/advance-erasure";

const BATCH = 64;

/** Takes every request that is due one step further; `runOnce` answers how many it moved. One failing request does not hold up the others. */
export function createAdvanceRequestsJob(deps: Deps): { name: string; runOnce(): Promise<number> } {
  return {
    name: "advance-requests",
    runOnce: async () => {
      let moved = 0;
      for (const id of await listRequestsToAdvance(deps.db, deps.clock.now(), BATCH)) {
        try {
          if (await advanceErasure(deps, id)) moved += 1;
        } catch (error) {
          deps.log.error({ err: error, request: id }, "an erasure request could not be advanced; it will be tried again");
        }
      }
      return moved;
    },
  };
}
