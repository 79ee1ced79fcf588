import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { conflict, preconditionFailed } from "../../platform/errors";
import { type FindingKind, type FindingSilence, silenceFaults, type SilenceInput } from "../finding-model";
import { countSilences, findSilenceInForce } from "../storage/silence-queries";
import { applySilence, insertSilence, lockSilences } from "../storage/silence-store";
import { refusalOf } from "../text-model";

export interface SilenceFindings extends SilenceInput {
  readonly actor: string;
}

/** Every new finding is compared with all of them. */
const MOST_OF_A_KIND = 100;

/**
 * Keeps findings of a kind, present and future, out of lists where their subjects match a pattern; they are stored and resolved as ever.
 * Refuses (BAD_USER_INPUT) with every fault of the input, (CONFLICT) a second rule for the same kind and pattern, naming the first,
 * (PRECONDITION_FAILED) more than 100 rules of a kind. A no-op where the same rule is in force. Writes: finding_silences, findings, one audit entry.
 */
export async function silenceFindings(deps: Deps, { actor, kind, subjectPattern, reason, expiresAt = null }: SilenceFindings): Promise<FindingSilence> {
  const faults = silenceFaults({ kind, subjectPattern, reason, expiresAt }, deps.clock.now());
  if (faults.length > 0) throw refusalOf(faults);
  const known = kind as FindingKind;
  return deps.transaction(async (tx) => {
    await lockSilences(tx);
    const standing = await findSilenceInForce(tx, known, subjectPattern);
    if (standing !== undefined) {
      if (standing.reason === reason && standing.expiresAt?.getTime() === expiresAt?.getTime()) return standing;
      throw conflict("subjectPattern: another rule silences this kind and pattern; end that one first", standing.id);
    }
    if ((await countSilences(tx, known)) >= MOST_OF_A_KIND) {
      throw preconditionFailed(`kind: ${MOST_OF_A_KIND} rules silence this kind; end some of them, or replace them by wider patterns`);
    }
    const silence = { id: tx.ids.uuid(), kind: known, subjectPattern, reason, createdBy: actor, createdAt: tx.now, expiresAt };
    await insertSilence(tx, silence);
    await applySilence(tx, silence.id);
    await appendAuditEntry(tx, { action: "catalog.silence-findings", actor, object: silence.id });
    return { ...silence, endedBy: null, endedAt: null };
  });
}
