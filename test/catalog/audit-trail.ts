import type { Deps } from "../../src/platform/deps";

/** Action, object and outcome of every audit entry so far; those of one instant in no order. */
export const auditTrail = (deps: Deps): Promise<{ action: string; object: string | null; outcome: string }[]> =>
  deps.db.query("testAuditTrail", "select action, object, outcome from audit_entry_facts order by id");
