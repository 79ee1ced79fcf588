import { type OpenedCheckpoint } from "../protocol/tlog/checkpoint";
import { formatVkey, type Vkey } from "../protocol/tlog/signed-note";
import type { NotVerified } from "../protocol/tlog/verification";
import { complain, EXIT, print } from "./command";
import { printable } from "./printable";

/** Says what is wrong, and what to end with. */
export function reportFault(what: string, found: NotVerified): number {
  if (found.verdict === "UNKNOWN_SIGNER") {
    complain(`${what}: ${printable(found.fault)}; give one with --key if you trust it`);
    return EXIT.untrustedSigner;
  }
  if (found.index !== undefined) print(`faulty index ${found.index}`);
  complain(`${what}: ${printable(found.fault)}`);
  return EXIT.refused;
}

/** Who stands behind a checkpoint, a line each. */
export const signersOf = ({ signers, witnesses }: OpenedCheckpoint): string[] => [
  ...signers.map((key) => `signed by ${printable(formatVkey(key))}`),
  ...witnessesOf(witnesses),
];

export const witnessesOf = (witnesses: readonly Vkey[]): string[] => witnesses.map((key) => `witnessed by ${printable(formatVkey(key))}`);

/** What has to be said where nobody but the log itself vouches for it: it might show somebody else another tree. */
export const unlessWitnessed = (witnesses: readonly Vkey[], since: { readonly size: number } | undefined): string[] =>
  witnesses.length > 0 || (since?.size ?? 0) > 0 ? [] : ["UNWITNESSED: neither a trusted witness nor a remembered checkpoint stands behind it"];
