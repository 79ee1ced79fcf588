import { verifyProof, type VerifiedProof } from "../protocol/tlog/proof-verification";
import type { Knowledge } from "../protocol/tlog/verification";
import { EXIT, print } from "./command";
import { printable } from "./printable";
import { reportFault, signersOf, unlessWitnessed } from "./verification-report";

/** Prints which entry a proof shows to be in which log. */
export function verifyProofFile(file: string, text: string, knowledge: Knowledge & { readonly entry?: Buffer }): number {
  const verified = verifyProof(text, knowledge);
  if (verified.verdict !== "GENUINE") return reportFault(file, verified);
  describe(verified, knowledge.since !== undefined).forEach(print);
  return EXIT.ok;
}

function describe({ index, entry, checkpoint, since }: VerifiedProof, hasRemembered: boolean): string[] {
  return [
    `entry ${index} of the audit log ${printable(checkpoint.origin)}, under its checkpoint of ${checkpoint.size} entries`,
    printable(entry.toString("utf8")),
    ...signersOf(checkpoint),
    ...(since ? ["its checkpoint is the remembered one"] : []),
    ...(hasRemembered && !since ? ["one proof cannot show that its checkpoint and the remembered one are of the same log: verify the log itself with --since"] : []),
    ...unlessWitnessed(checkpoint.witnesses, since),
  ];
}
