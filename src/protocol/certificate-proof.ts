import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json";
import { type Checkpoint, type OpenedCheckpoint, parseCheckpoint, UnknownSigner } from "./tlog/checkpoint";
import { checkInclusion, parseOrFault } from "./tlog/proof-verification";
import { parseNote, type Vkey } from "./tlog/signed-note";
import { Fault, type Knowledge, openOrFault, openRemembered } from "./tlog/verification";

/** Where a certificate stands in an audit log, as the proof beside it says. */
export interface LoggedCertificate {
  readonly index: number;
  readonly checkpoint: Checkpoint;
  /** Whether a trusted key of the log signed the checkpoint; otherwise it may be anybody's. */
  readonly isTrusted: boolean;
  /** Trusted witnesses that cosigned it. */
  readonly witnesses: readonly Vkey[];
  /** The remembered checkpoint, where it is the same one. */
  readonly since?: Checkpoint;
}

/** The entry that issues a certificate names the SHA-256 of its payload as its source. */
export const payloadDigest = (payload: unknown): string => `sha256:${createHash("sha256").update(canonicalJson(payload)).digest("hex")}`;

/**
 * Checks the proof beside a certificate: that its entry issues this very payload and is the leaf that leads to the checkpoint's root.
 * Throws a `Fault` where the proof is malformed, of something else, or bears a forged signature of a trusted key.
 */
export function checkCertificateProof(payload: { readonly request: string }, text: string, knowledge: Knowledge): LoggedCertificate {
  const proof = parseOrFault(text);
  if (proof.extra === undefined || !issues(proof.extra, payload)) throw new Fault("its proof is not of the entry that issued it");
  const opened = open(proof.checkpoint, knowledge);
  checkInclusion(proof, proof.extra, opened.checkpoint);
  return { index: proof.index, ...opened };
}

type Opened = Omit<LoggedCertificate, "index">;

function open(note: string, knowledge: Knowledge): Opened {
  const opened = openUnlessUnknown(note, knowledge);
  if (opened === undefined) return { checkpoint: parseCheckpoint(parseNote(note).text), witnesses: [], isTrusted: false };
  const { origin, size, root, witnesses } = opened;
  const since = openRemembered(knowledge, opened);
  if (since?.size === size && !since.root.equals(root)) {
    throw new Fault("the remembered checkpoint has the size of its proof's and another root: the log was rewritten or forked");
  }
  return { checkpoint: { origin, size, root }, witnesses, isTrusted: true, ...(since?.size === size && { since }) };
}

function openUnlessUnknown(note: string, { keys }: Knowledge): OpenedCheckpoint | undefined {
  try {
    return openOrFault(note, keys, "the checkpoint of its proof");
  } catch (error) {
    if (error instanceof UnknownSigner) return undefined;
    throw error;
  }
}

function issues(entry: Buffer, payload: { readonly request: string }): boolean {
  try {
    const { action, object, outcome, source } = JSON.parse(entry.toString("utf8")) as Partial<Record<string, unknown>>;
    return action === "erasure.issue-certificate" && outcome === "ok" && object === payload.request && source === payloadDigest(payload);
  } catch {
    return false;
  }
}
