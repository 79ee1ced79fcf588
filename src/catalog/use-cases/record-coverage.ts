import type { Deps } from "../../platform/deps";
import { dayOf } from "../coverage-model";
import { recordCoverageDay } from "../storage/coverage-store";

/**
 * Keeps today's coverage (UTC) of the company and of every service; the last look of a day stands. Writes: coverage_days; no audit entry, as
 * nobody acted.
 */
export async function recordCoverage(deps: Deps): Promise<void> {
  await deps.transaction((tx) => recordCoverageDay(tx, dayOf(tx.now), tx.now));
}
