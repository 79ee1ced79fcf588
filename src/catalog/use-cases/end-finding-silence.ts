import { appendAuditEntry } from "../../audit";
import type { Deps } from "../../platform/deps";
import { notFound } from "../../platform/errors";
import { isUuid } from "../../platform/ids";
import type { FindingSilence } from "../finding-model";
import { findSilence } from "../storage/silence-queries";
import { endSilence, lockSilences, releaseSilenced } from "../storage/silence-store";

export interface EndFindingSilence {
  readonly actor: string;
  readonly id: string;
}

/**
 * Ends a rule: what it silenced is listed again, unless another rule silences it. Refuses (NOT_FOUND) an unknown id. A no-op where the rule
 * has ended. Writes: finding_silences, findings, one audit entry.
 */
export async function endFindingSilence(deps: Deps, { actor, id }: EndFindingSilence): Promise<FindingSilence> {
  return deps.transaction(async (tx) => {
    await lockSilences(tx);
    const silence = isUuid(id) ? await findSilence(tx, id) : undefined;
    if (silence === undefined) throw notFound("id: no such rule");
    if (silence.endedAt !== null) return silence;
    await endSilence(tx, id, actor);
    await releaseSilenced(tx, [id]);
    await appendAuditEntry(tx, { action: "catalog.end-finding-silence", actor, object: id });
    return { ...silence, endedBy: actor, endedAt: tx.now };
  });
}
