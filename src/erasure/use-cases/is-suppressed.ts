import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { findPidsByIdentifiers, type Identifier, normaliseIdentifier } from "../../subjects";
import { existsSuppression } from "../storage/suppression-store";

export interface SuppressionLookup {
  readonly actor: string;
  readonly identifiers: readonly Identifier[];
  readonly collectedAt: Date;
  readonly scope?: string | null;
}

/**
 * Whether data of this person collected at that time must not be taken in. Data collected after the erasure is never blocked.
 * The answer tells who asked to be forgotten, so every look-up is audited. Writes: one audit entry.
 */
export async function isSuppressed(deps: Deps, lookup: SuppressionLookup): Promise<boolean> {
  const identifiers = lookup.identifiers.map(normaliseIdentifier);
  const digests = identifiers.map(({ type, value }) => ({ type, blindIndex: deps.keyring.blindIndex(type, value) }));
  return deps.transaction(async (tx) => {
    await appendAuditEntry(tx, { action: "erasure.is-suppressed", actor: lookup.actor, subjects: await findPidsByIdentifiers(tx, identifiers) });
    return existsSuppression(tx, digests, lookup.collectedAt, lookup.scope ?? null);
  });
}
