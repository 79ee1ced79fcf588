import type { Deps } from "../../platform/deps";
import { readChangeStamp } from "../storage/change-queries";

/** Whatever seems unchanged is looked at again after this: a change may be missed by its stamp, and time alone changes answers. */
const AT_LEAST_EVERY_MS = 60_000;
/** Of its own duration: how long it rests after a run. */
const RESTS = 10;

/**
 * Does work again when flows or the register have changed, and once a minute; never more than a tenth of the time. `runOnce` answers false:
 * there is nothing to go on with at once.
 */
export function pacedJob(deps: Deps, name: string, work: () => Promise<void>): { name: string; runOnce(): Promise<boolean> } {
  let seen: string | undefined;
  let [next, atTheLatest] = [-Infinity, -Infinity];
  return {
    name,
    runOnce: async () => {
      const begun = deps.clock.now().getTime();
      if (begun < next) return false;
      const stamp = await readChangeStamp(deps.db);
      if (stamp === seen && begun < atTheLatest) return false;
      await work();
      seen = stamp;
      const ended = deps.clock.now().getTime();
      next = ended + RESTS * (ended - begun);
      atTheLatest = begun + AT_LEAST_EVERY_MS;
      return false;
    },
  };
}
