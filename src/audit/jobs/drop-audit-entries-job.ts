import { addPeriod } from "../../platform/calendar";
import type { Deps } from "../../platform/deps";
import { wasDroppedSince } from "../storage/drop-store";
import { dropAuditEntries, finishDrops } from "../use-cases/drop-audit-entries";

const LOOK_EVERY = "PT1H";
/** Less than a day, or the hour of the day would wander. */
const ONCE_IN = "-PT23H";

/**
 * Finishes drops that were interrupted and, where entries are kept for a time only (CADASTRE_AUDIT_KEEP), drops those beyond it once a day. Looks
 * each hour of the clock; `runOnce` never asks to be run again at once.
 */
export function createDropAuditEntriesJob(deps: Deps): { name: string; runOnce(): Promise<boolean> } {
  let next: Date | undefined;
  return {
    name: "drop-audit-entries",
    runOnce: async () => {
      const now = deps.clock.now();
      if (next === undefined || now >= next) {
        await finishDrops(deps);
        await dropOutdated(deps, now);
        next = addPeriod(now, LOOK_EVERY);
      }
      return false;
    },
  };
}

async function dropOutdated(deps: Deps, now: Date): Promise<void> {
  const { auditKeep } = deps.config;
  if (auditKeep === undefined || (await wasDroppedSince(deps.db, addPeriod(now, ONCE_IN)))) return;
  await dropAuditEntries(deps, { actor: "cadastre", before: addPeriod(now, `-${auditKeep}`) });
}
