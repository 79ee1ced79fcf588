import { checkPage, type Page, type PageRequest } from "../../platform/database/keyset";
import type { Deps } from "../../platform/deps";
import { badInput } from "../../platform/errors";
import { findPidsByIdentifiers, type Identifier } from "../../subjects";
import type { AccessSummary, AccessTotals, Period } from "../report-model";
import { listAccessSummaries, sumAccesses } from "../storage/access-report-queries";
import { appendAuditEntry } from "./append-audit-entries";

export interface ReadAccessReport extends PageRequest, Period {
  readonly actor: string;
  /** Any of them. */
  readonly identifiers: readonly Identifier[];
}

export interface AccessReport extends Period {
  readonly totals: AccessTotals;
  readonly accesses: Page<AccessSummary>;
}

/**
 * Sums up who accessed a person's data in a period, for which purposes and on which legal basis, as far as services reported it (GDPR Art. 15(1)
 * points (a), (c) and (h)); what is said of one actor, dataset, purpose, basis and outcome is one summary. Nothing is known of a person who was forgotten.
 * Refuses (BAD_USER_INPUT) malformed identifiers, a period that is none and a page size out of range. Writes one entry about the person.
 */
export async function readAccessReport(deps: Deps, query: ReadAccessReport): Promise<AccessReport> {
  checkPage(query);
  const { actor, identifiers, from, to } = query;
  if (from >= to) throw badInput("input.to: must be later than from");
  return deps.transaction(async (tx) => {
    const pids = await findPidsByIdentifiers(tx, identifiers);
    const totals = await sumAccesses(tx, pids, { from, to });
    const accesses = await listAccessSummaries(tx, pids, { from, to }, query);
    await appendAuditEntry(tx, { action: "audit.access-report", actor, subjects: pids });
    return { from, to, totals, accesses };
  });
}
