import type { Deps } from "../../platform/deps";
import { type AddCheckpoint, parseAddCheckpoint } from "../../protocol/tlog/add-checkpoint";
import { type Checkpoint, cosign, openCheckpoint, parseCheckpoint } from "../../protocol/tlog/checkpoint";
import { COSIGNATURE, parseNote, type Vkey, vkeyOf } from "../../protocol/tlog/signed-note";
import { readLogHead } from "../storage/log-queries";
import { findWitnessedLog } from "../storage/witnessed-log-queries";
import { advanceWitnessedLog } from "../storage/witnessed-log-store";
import { NOTHING_WITNESSED, refusalOf, witnessName, type WitnessRefusal } from "../witness-model";

type Cosigned = { readonly cosignature: string };

/**
 * Acts as a witness of another log (C2SP tlog-witness): cosigns its checkpoint, at the present time, if the log signed it and if it extends the
 * last one that we cosigned. `logs`: vkeys of the logs that we watch. Writes: witnessed_logs. No audit entry: none of our data is touched.
 */
export async function witnessCheckpoint(deps: Deps, logs: readonly Vkey[], body: Buffer): Promise<Cosigned | WitnessRefusal> {
  const request = read(body);
  if ("refused" in request) return request;
  const keys = logs.filter(({ name }) => name === request.signed.origin);
  if (keys.length === 0) return { refused: "UNKNOWN_LOG", why: "this log is not witnessed here" };
  const lines = linesOf(request.checkpoint, keys);
  if (lines === undefined) return { refused: "UNTRUSTED", why: "the log has not signed this checkpoint" };

  const last = (await findWitnessedLog(deps.db, request.signed.origin)) ?? NOTHING_WITNESSED;
  const refusal = refusalOf(request.signed, request, last);
  if (refusal !== undefined) return refusal;
  const now = deps.clock.now();
  const { name } = await readWitnessVkey(deps);
  const cosignature = cosign(request.text, { name, privateKey: deps.keyring.witnessKey }, now);
  const next = { ...request.signed, note: `${request.text}\n${lines}${cosignature}`, cosignedAt: now };
  // Another request may have been quicker: then the last checkpoint is its.
  if (await deps.transaction((tx) => advanceWitnessedLog(tx, last.size, next))) return { cosignature };
  return { refused: "CONFLICT", size: (await findWitnessedLog(deps.db, next.origin))?.size ?? 0 };
}

/** The key with which we cosign, under the name of our own log. */
export async function readWitnessVkey({ db, config, keyring }: Deps): Promise<Vkey> {
  const { origin } = await readLogHead(db);
  return vkeyOf(witnessName(origin ?? config.auditOrigin), COSIGNATURE, keyring.witnessKey);
}

function read(body: Buffer): (AddCheckpoint & { readonly text: string; readonly signed: Checkpoint }) | WitnessRefusal {
  try {
    const request = parseAddCheckpoint(body);
    const { text } = parseNote(request.checkpoint);
    return { ...request, text, signed: parseCheckpoint(text) };
  } catch (error) {
    return { refused: "MALFORMED", why: (error as Error).message };
  }
}

/** The signature lines of the log's keys; undefined where there is none, or one is not genuine. */
function linesOf(note: Buffer, keys: readonly Vkey[]): string | undefined {
  try {
    const { note: { signatures }, signers } = openCheckpoint(note, keys);
    return signatures.filter(({ name, id }) => signers.some((key) => key.name === name && key.id === id)).map(({ line }) => line).join("");
  } catch {
    return undefined;
  }
}
