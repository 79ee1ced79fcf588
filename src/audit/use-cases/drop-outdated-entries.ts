import { addPeriod } from "../../platform/calendar";
import type { Deps } from "../../platform/deps";
import { wasDroppedSince } from "../storage/drop-store";
import { dropAuditEntries } from "./drop-audit-entries";

/** Less than a day, or the hour of the day would wander. */
const ONCE_IN = "-PT23H";

/** Where entries are kept for a time only (CADASTRE_AUDIT_KEEP), drops those beyond it, once a day however often it is called. Writes what `dropAuditEntries` writes. */
export async function dropOutdatedEntries(deps: Deps): Promise<void> {
  const { auditKeep } = deps.config;
  const now = deps.clock.now();
  if (auditKeep === undefined || (await wasDroppedSince(deps.db, addPeriod(now, ONCE_IN)))) return;
  await dropAuditEntries(deps, { actor: "cadastre", before: addPeriod(now, `-${auditKeep}`) });
}
