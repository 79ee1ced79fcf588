import type { OutboundResponse } from "../../platform/outbound/exchange";
import type { Outbound } from "../../platform/outbound/outbound";
import { formatAddCheckpoint, parseSize, SIZE_TYPE } from "../../protocol/tlog/add-checkpoint";
import { isSignedBy } from "../../protocol/tlog/checkpoint";
import { parseNote, parseSignatureLine, type Vkey } from "../../protocol/tlog/signed-note";
import type { Witness } from "../witness-model";

const ANSWER_WITHIN_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;

/** A checkpoint for a witness. */
export interface Submission {
  readonly size: number;
  /** Signed note. */
  readonly note: string;
  /** Leaves in the tree that the witness cosigned last, as far as we know. */
  readonly cosignedSize: number;
  /** That our tree extends its own of that size. */
  prove(fromSize: number): Promise<readonly Buffer[]>;
}

/**
 * Has a checkpoint cosigned and returns the witness's signature line, verified. Where the witness remembers another size than we do, asks once more
 * from that one. Fails where the witness does not cosign, or answers anything else.
 */
export async function askWitness(outbound: Outbound, witness: Witness, submission: Submission): Promise<string> {
  const first = await submit(outbound, witness, submission, submission.cosignedSize);
  if (first.status !== 409) return cosignatureIn(first, witness.vkey, submission.note);
  const size = sizeIn(first);
  if (size > submission.size) throw new Error(`it has cosigned ${size} entries of this log, which has ${submission.size}: was an old database restored?`);
  return cosignatureIn(await submit(outbound, witness, submission, size), witness.vkey, submission.note);
}

async function submit(outbound: Outbound, { url }: Witness, { note, prove }: Submission, oldSize: number): Promise<OutboundResponse> {
  const body = formatAddCheckpoint({ oldSize, proof: await prove(oldSize), checkpoint: Buffer.from(note) });
  return outbound.post(url, { headers: { "content-type": "text/plain; charset=utf-8" }, body, timeoutMs: ANSWER_WITHIN_MS, maxBytes: MAX_ANSWER_BYTES });
}

function sizeIn({ headers, body }: OutboundResponse): number {
  const size = parseSize(body.toString("latin1").replace(/\n$/, ""));
  if (headers["content-type"] !== SIZE_TYPE || size === undefined) throw new Error(`it answered 409 without a size (${SIZE_TYPE})`);
  return size;
}

/** Lines of keys that we do not know are passed over. What was signed is taken from our note, not from the answer. */
function cosignatureIn({ status, body }: OutboundResponse, vkey: Vkey, note: string): string {
  if (status !== 200) throw new Error(`it answered ${status}`);
  const lines = body.toString("utf8").split("\n");
  if (lines.pop() !== "") throw new Error("its answer does not end with a line end");
  const signatures = lines.map(parseSignatureLine);
  const own = signatures.find(({ name, id }) => name === vkey.name && id === vkey.id);
  if (own === undefined) throw new Error("it answered no cosignature of its vkey");
  if (!isSignedBy({ text: parseNote(note).text, signatures }, vkey)) throw new Error("its cosignature is not genuine");
  return own.line;
}
