import type { Deps } from "../../platform/deps";
import { appendAuditEntry } from "./append-audit-entries";

/** What was refused, to whom. */
export interface DeniedAttempt {
  readonly action: string;
  readonly actor: string;
  readonly object?: string;
}

/**
 * Records a refusal (FORBIDDEN, CONFLICT, PRECONDITION_FAILED) as a `denied` entry; in its own transaction, because the refused one was
 * rolled back.
 */
export const recordDenied = (deps: Deps, { action, actor, object }: DeniedAttempt): Promise<void> =>
  deps.transaction((tx) => appendAuditEntry(tx, { action, actor, object, outcome: "denied" }));
