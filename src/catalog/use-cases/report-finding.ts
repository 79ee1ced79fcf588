import type { Tx } from "../../platform/database/sql";
import type { ReportedKind } from "../finding-model";
import { openFinding, type ReportedFinding, resolveOpenFinding } from "../storage/finding-store";
import { holdSilences } from "../storage/silence-store";

/** A finding of a room above. */
export interface ReportFinding extends ReportedFinding {
  readonly kind: ReportedKind;
  /** Public id of what it is about; with the kind it names the finding. */
  readonly subject: string;
}

/**
 * Opens a finding for a room above, in that room's transaction; where it is open already it only follows in what it says. The room that
 * reports it resolves it. Writes: findings.
 */
export async function reportFinding(tx: Tx, finding: ReportFinding): Promise<void> {
  await holdSilences(tx);
  await openFinding(tx, finding);
}

/** Resolves what a room above has reported and is true no more; nothing happens where it is not open. Writes: findings. */
export async function resolveFinding(tx: Tx, { kind, subject }: Pick<ReportFinding, "kind" | "subject">): Promise<void> {
  await resolveOpenFinding(tx, kind, subject);
}
